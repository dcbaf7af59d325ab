// A run without a cancellation token is what most callers start, and what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

public sealed class DivergedTrainingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void An_image_is_named_at_the_step_that_meets_it(float value)
    {
        // An image set refuses such a pixel; a batch of the caller's own may still hold one.
        float[] pixels = TestNetworks.Images(8, Toy.Shape);
        int[] labels = TestNetworks.Labels(8, 4);
        foreach (Sequential model in (Sequential[])[Toy.Model(), Convolution()])
        {
            var adam = new Adam();
            model.TrainOnBatch(pixels, labels, Loss.CrossEntropy, adam);
            float[] bad = [.. pixels];
            bad[5 * Toy.Shape.Size + 3] = value;
            var fault = Assert.Throws<NumericalFaultException>(() => model.TrainOnBatch(bad, labels, Loss.CrossEntropy, adam));
            Assert.Equal(("image 5 of the batch", 2, true), (fault.Place, fault.Step, fault.IsGiven));
            Assert.StartsWith("NaN or infinity in image 5 of the batch, at step 2.", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("conv2d.kernel")]
    [InlineData("conv2d.bias")]
    [InlineData("batch_normalization.gamma")]
    [InlineData("batch_normalization.moving_variance")]
    [InlineData("dense_1.kernel")]
    public void A_weight_that_was_set_is_named_at_the_first_step_and_nothing_moves(string name)
    {
        Sequential model = Convolution();
        IReadOnlyList<NamedTensor> weights = model.GetWeights();
        weights.Single(tensor => tensor.Name == name).Values[^1] = float.NaN;
        model.SetWeights(weights);
        float[] before = TestNetworks.AllWeights(model);
        var fault = Assert.Throws<NumericalFaultException>(() => new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(Toy.Set(16), epochs: 1, batchSize: 8));
        Assert.Equal((name, 1, true), (fault.Place, fault.Step, fault.IsGiven));
        Assert.Equal(before, TestNetworks.AllWeights(model));
    }

    // Every place of every tensor, so that no vector's tail is left out.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_gradient_is_found_wherever_it_is(bool adam)
    {
        for (int count = 1; count <= 40; count++)
        {
            for (int at = 0; at < count; at++)
            {
                var weights = new Numerics.AlignedBuffer(count);
                var gradients = new Numerics.AlignedBuffer(count);
                Optimizer optimizer = adam ? new Adam() : new Sgd();
                Assert.True(optimizer.Step(Numerics.ThreadTeam.Shared, weights, gradients, count));
                gradients.Span[at] = at % 2 == 0 ? float.NaN : float.PositiveInfinity;
                Assert.False(optimizer.Step(Numerics.ThreadTeam.Shared, weights, gradients, count));
            }
        }
    }

    [Fact]
    public void A_gradient_that_overflows_is_named()
    {
        // The loss is fine, its gradient is not.
        Sequential model = Toy.Model();
        var fault = Assert.Throws<NumericalFaultException>(() => model.TrainOnBatch(TestNetworks.Images(8, Toy.Shape), TestNetworks.Labels(8, 4), new Steep(), new Adam()));
        Assert.Equal(("the gradient of dense_1.bias", 1, false), (fault.Place, fault.Step, fault.IsGiven));
    }

    [Theory]
    [InlineData(1e38f)]
    [InlineData(1e20f)]
    [InlineData(1e4f)]
    public void A_learning_rate_that_diverges_says_so_and_the_last_good_checkpoint_stays(float rate)
    {
        var checkpoints = new Checkpoints(_folder.Root) { EverySteps = 1 };
        Sequential model = Toy.Model();
        var optimizer = new Sgd(0.01f);
        int steps = 0;
        var trainer = new Trainer(model, optimizer)
        {
            Checkpoints = checkpoints,
            Progress = new ProgressLog(report =>
            {
                if (report.Finished is null && ++steps == 7)
                    optimizer.LearningRate = rate;
            }),
        };
        var diverged = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(Toy.Set(40), epochs: 4, batchSize: 8));
        Assert.Equal(rate, diverged.LearningRate);
        Assert.InRange(diverged.Epoch, 2, 4);
        Assert.Contains("Lower the learning rate", diverged.Message, StringComparison.Ordinal);
        Assert.Contains($"The last good checkpoint is {Path.GetFileName(checkpoints.Files()[^1])}.", diverged.Message, StringComparison.Ordinal);

        checkpoints.LoadWeights(model);
        Assert.All(TestNetworks.AllWeights(model), weight => Assert.True(float.IsFinite(weight)));
        Assert.Contains("No checkpoint", Assert.Throws<CheckpointException>(() => new Checkpoints(_folder["none"]).LoadWeights(model)).Message, StringComparison.Ordinal);
    }

    // A batch with NaN in it has statistics with NaN: they must not reach the moving ones.
    [Fact]
    public void A_step_that_is_refused_before_the_weights_move_leaves_no_trace()
    {
        float[] pixels = TestNetworks.Images(8, Toy.Shape);
        int[] labels = TestNetworks.Labels(8, 4);
        foreach (Sequential model in (Sequential[])[Toy.Model(), Convolution()])
        {
            model.TrainOnBatch(pixels, labels, Loss.CrossEntropy, new Sgd());
            float[] before = TestNetworks.AllWeights(model);
            float[] logits = TestNetworks.LogitsOf(model, pixels);
            float[] bad = [.. pixels];
            bad[3] = float.NaN;
            Assert.Throws<NumericalFaultException>(() => model.TrainOnBatch(bad, labels, Loss.CrossEntropy, new Sgd()));
            Assert.Throws<ShapeMismatchException>(() => model.TrainOnBatch(pixels, [0, 1, 2, 3, 1, 1, 2, 3], new Trades(), new Sgd()));
            Assert.Equal(before, TestNetworks.AllWeights(model));
            Assert.Equal(logits, TestNetworks.LogitsOf(model, pixels));
        }
    }

    [Fact]
    public void A_network_that_a_step_has_broken_answers_nothing_until_it_is_given_weights()
    {
        Sequential model = Toy.Model();
        IReadOnlyList<NamedTensor> whole = model.GetWeights();
        float[] pixels = TestNetworks.Images(8, Toy.Shape);
        int[] labels = TestNetworks.Labels(8, 4);
        float[] logits = TestNetworks.LogitsOf(model, pixels);
        Assert.Throws<NumericalFaultException>(() => model.TrainOnBatch(pixels, labels, new Steep(), new Adam()));
        foreach (Action call in (Action[])[
            () => TestNetworks.LogitsOf(model, pixels),
            () => model.InputGradient(pixels, labels, Loss.CrossEntropy, new float[pixels.Length]),
            () => model.TrainOnBatch(pixels, labels, Loss.CrossEntropy, new Adam())])
        {
            var fault = Assert.Throws<NumericalFaultException>(call);
            Assert.Contains("the weights, which a refused step has moved (the gradient of dense_1.bias), at step 1", fault.Message, StringComparison.Ordinal);
        }

        model.SetWeights(whole);
        Assert.Equal(logits, TestNetworks.LogitsOf(model, pixels));
        Assert.True(float.IsFinite(model.TrainOnBatch(pixels, labels, Loss.CrossEntropy, new Adam()).Loss));
    }

    // The weights are fine and the loss is; what the moving statistics make of validation images is not.
    [Fact]
    public void A_validation_that_is_no_number_is_a_divergence()
    {
        var model = new FakeClassifier(Toy.Shape, 4) { Answer = _ => [0, float.NaN, 0, 0], Step = _ => new StepResult(1, 0) };
        var diverged = Assert.Throws<TrainingDivergedException>(() =>
            new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(Toy.Set(10), epochs: 1, batchSize: 5, validation: Toy.Set(3)));
        Assert.Contains("the logits of image 0", diverged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_checks_nothing_is_stopped_by_its_loss()
    {
        var model = new FakeClassifier(Toy.Shape, 4) { Step = labels => new StepResult(labels.Length == 2 ? float.NaN : 1, 0) };
        var diverged = Assert.Throws<TrainingDivergedException>(() => new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(Toy.Set(10), epochs: 1, batchSize: 4));
        Assert.Equal(("the loss", 3), (((NumericalFaultException)diverged.InnerException!).Place, model.Trained.Count));
    }

    [Fact]
    public void Hard_batches_are_no_divergence()
    {
        // As fine-tuning on adversarial images begins: a high loss that stays in its region.
        var model = new FakeClassifier(Toy.Shape, 4) { Step = _ => new StepResult(16, 0) };
        Assert.Equal(2, new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(Toy.Set(10), epochs: 2, batchSize: 5).Epochs.Count);
    }

    // What a wrong answer costs a network that is sure of itself has nothing to do with how many classes there are.
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void Few_classes_are_no_divergence(int classes)
    {
        int step = 0;
        var model = new FakeClassifier(Toy.Shape, classes) { Step = _ => new StepResult(step++ == 0 ? 0.5f : 20, 0) };
        ImageSet set = new("two", Toy.Shape, classes, new byte[10 * Toy.Shape.Size], [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
        Assert.Equal(2, new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(set, epochs: 2, batchSize: 5).Epochs.Count);
    }

    // A task that grows: the losses are 1, 40, 40, 40, and of the last half tenfold.
    [Theory]
    [InlineData(40, false)]
    [InlineData(500, true)]
    public void A_loss_that_rises_with_what_is_asked_is_no_divergence(float last, bool diverges)
    {
        int step = 0;
        var model = new FakeClassifier(Toy.Shape, 4) { Step = _ => new StepResult(step++ switch { 0 => 1, < 4 => 40, _ => last }, 0) };
        var trainer = new GrowingTrainer(model) { Progress = new ProgressLog() };
        Func<TrainingHistory> fit = () => trainer.Fit(Toy.Set(10), epochs: 4, batchSize: 5);
        if (diverges)
            Assert.Equal(3, Assert.Throws<TrainingDivergedException>(fit).Epoch);
        else
            Assert.Equal(4, fit().Epochs.Count);
    }

    private static Sequential Convolution() => new(
        new Network(Toy.Shape, new Conv2D(4, 3, 1), new ReLU(), new BatchNorm(), new Flatten(), new Dense(8), new ReLU(), new Dense(4), new Softmax()),
        1, new Numerics.ThreadTeam(2));

    // Its first quarter gets harder.
    private sealed class GrowingTrainer(ITrainableClassifier model) : Trainer(model, new Sgd())
    {
        protected override bool GetsHarder => Done < 0.25;
    }

    private sealed class Steep : Loss
    {
        public override string Name => "steep";

        public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
        {
            gradient.Fill(float.PositiveInfinity);
            return 1;
        }
    }
}
