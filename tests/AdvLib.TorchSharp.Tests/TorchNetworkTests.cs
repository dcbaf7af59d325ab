using AdvLib.Tests;
using static TorchSharp.torch;

namespace AdvLib.TorchSharp.Tests;

/// <summary>The TorchSharp engine against the built-in one, which both build the same description from the same seed.</summary>
public sealed class TorchNetworkTests
{
    private static readonly Network Digits = SimpleCnn.Describe(new Shape(28, 28, 1), 10);

    // Every kind of layer, a side that is odd, padding of both kinds, two channels.
    private static readonly Network Small = Mixed(0.25f);

    public static TheoryData<string> Networks => ["SimpleCnn", "small"];

    public static TheoryData<string, string> NetworksAndLosses => new()
    {
        { "SimpleCnn", "cross-entropy" }, { "SimpleCnn", "mean squared error" }, { "small", "cross-entropy" },
            { "small", "mean squared error" },
    };

    [Fact]
    public void An_engine_is_found_by_its_name()
    {
        INetwork model = SimpleCnn.Create(new Shape(28, 28, 1), 10, seed: 3, engine: "torchsharp");
        using var network = Assert.IsType<TorchNetwork>(model);
        Assert.Matches("^TorchSharp 0\\.107\\.0, (cpu|cuda.*)$", model.Engine);
        Assert.Contains("422,538 parameters", model.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_same_seed_gives_the_same_weights_to_the_bit(string name)
    {
        using TorchNetwork torch = Fresh(name);
        INetwork builtIn = Describe(name).Build(seed: 3);
        foreach ((NamedTensor expected, NamedTensor found) in builtIn.GetWeights().Zip(torch.GetWeights()))
        {
            Assert.Equal(expected.ToString(), found.ToString());
            Assert.Equal(expected.Values, found.Values);
        }
    }

    [Theory]
    [MemberData(nameof(NetworksAndLosses))]
    public void The_same_weights_give_the_same_logits_gradients_and_adversaries(string name, string lossName)
    {
        INetwork builtIn = Trained(name);
        using TorchNetwork torch = Fresh(name);
        torch.SetWeights(builtIn.GetWeights());
        const int Count = 600;
        float[] images = Samples.Images(Count, builtIn.InputShape);
        int[] labels = Samples.Labels(Count, builtIn.Classes);
        Loss loss = lossName == Loss.CrossEntropy.Name ? Loss.CrossEntropy : Loss.MeanSquaredError;
        (float[] gradient, float[] logits) = Gradient(builtIn, images, labels, loss);
        (float[] torchGradient, float[] torchLogits) = Gradient(torch, images, labels, loss);
        GoldenAssert.Close(logits, torchLogits, 1e-5, "logits");
        GoldenAssert.Close(logits, Samples.LogitsOf(torch, images), 1e-5, "logits alone");
        GoldenAssert.Close(gradient, torchGradient, 1e-5, "gradient");

        var attack = new Fgsm(0.1f) { Loss = loss };
        var expected = new float[images.Length];
        var found = new float[images.Length];
        attack.Perturb(builtIn, images, labels, expected);
        attack.Perturb(torch, images, labels, found);
        // The sign of a gradient that is nothing but rounding is anybody's guess.
        float rounding = 1e-5f * gradient.Max(MathF.Abs);
        int decided = 0;
        for (int i = 0; i < images.Length; i++)
        {
            if (gradient[i] != 0 && MathF.Abs(gradient[i]) < rounding)
                continue;
            decided++;
            Assert.Equal(expected[i], found[i], 1e-6f);
        }

        Assert.InRange(decided, 0.98 * images.Length, images.Length);
    }

    [Theory]
    [InlineData("SimpleCnn", "Adam", 0)]
    [InlineData("SimpleCnn", "Sgd", 0)]
    [InlineData("small", "Adam", 0.25f)]
    [InlineData("small", "Adam", 0)]
    [InlineData("small", "Sgd", 0.25f)]
    public void Ten_training_steps_stay_together(string name, string optimizer, float dropout)
    {
        Network network = name == "small" ? Mixed(dropout) : SimpleCnn.Describe(new Shape(28, 28, 1), 10, dropout);
        INetwork builtIn = network.Build(seed: 3);
        using var torch = new TorchNetwork(network, seed: 3);
        // The recipe's fine-tuning rate. At larger ones a ReLU whose input is nearly zero soon falls to one side here and to the other there.
        IOptimizer Make() => optimizer == "Adam" ? new Adam(1e-4f) : new Sgd(1e-4f);
        (IOptimizer a, IOptimizer b) = (Make(), Make());
        for (int step = 0; step < 10; step++)
        {
            float[] images = Samples.Images(64, builtIn.InputShape, (ulong)step);
            int[] labels = Samples.Labels(64, builtIn.Classes);
            StepResult expected = builtIn.TrainOnBatch(images, labels, Loss.CrossEntropy, a);
            StepResult found = torch.TrainOnBatch(images, labels, Loss.CrossEntropy, b);
            Assert.Equal(expected.Loss, found.Loss, (step == 0 ? 1e-5f : 1e-4f) * expected.Loss);
            Assert.Equal(expected.Correct, found.Correct);
        }

        foreach ((NamedTensor expected, NamedTensor found) in builtIn.GetWeights().Zip(torch.GetWeights()))
            Assert.All(expected.Values.Zip(found.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(10, b.Steps);
    }

    [Fact]
    public void The_first_step_with_the_recipes_dropout_takes_the_same_masks()
    {
        using var torch = new TorchNetwork(Digits, seed: 3);
        INetwork builtIn = Digits.Build(seed: 3);
        float[] images = Samples.Images(64, builtIn.InputShape);
        int[] labels = Samples.Labels(64, builtIn.Classes);
        float expected = builtIn.TrainOnBatch(images, labels, Loss.CrossEntropy, new Sgd(1e-4f)).Loss;
        Assert.Equal(expected, torch.TrainOnBatch(images, labels, Loss.CrossEntropy, new Sgd(1e-4f)).Loss, 1e-5f * expected);
    }

    [Fact]
    public void No_tensor_is_left_alive_by_100_mixed_steps()
    {
        long before = Samples.SettledTensors();
        using (var torch = new TorchNetwork(ToyNetwork(), seed: 1))
        {
            var batches = new MixedAdversarialBatches(torch, Samples.ToySet(200), total: 16, epsilon: 0.1f);
            var adam = new Adam();
            for (int step = 0; step < 100; step++)
            {
                Batch batch = batches.Next();
                torch.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, adam);
            }

            torch.SetWeights(torch.GetWeights());
            Assert.Equal(before + 1, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Training_attacks_and_evaluation_run_on_it_unchanged()
    {
        ImageSet train = Samples.ToySet(600), test = Samples.ToySet(200, seed: 2);
        using var torch = new TorchNetwork(ToyNetwork(), seed: 1);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var silent = new Progress<TrainingProgress>();
        TrainingHistory history = new Trainer(torch, new Adam(0.01f)) { Progress = silent }.Fit(train, epochs: 4, batchSize: 32,
            validation: test, cancellation: cancellation);
        Assert.Equal(4, history.Epochs.Count);
        Evaluation clean = Evaluation.Of(torch, test);
        var attack = new Fgsm(0.2f);
        Evaluation broken = Evaluation.Under(attack, torch, test);
        Assert.InRange(clean.Accuracy, 0.95, 1);
        Assert.InRange(broken.Accuracy, 0, clean.Accuracy - 0.2);

        var batches = new MixedAdversarialBatches(torch, train, total: 32, epsilon: 0.2f);
        new Trainer(torch, new Adam(0.01f)) { Progress = silent }.Fit(batches, stepsPerEpoch: 60, epochs: 8, cancellation: cancellation);
        Assert.InRange(Evaluation.Under(attack, torch, test).Accuracy, broken.Accuracy + 0.05, 1);
    }

    [Fact]
    public void A_batch_of_one_image_trains()
    {
        Network network = Mixed(0);
        using var torch = new TorchNetwork(network, seed: 3);
        INetwork builtIn = network.Build(seed: 3);
        float[] image = Samples.Images(1, torch.InputShape);
        StepResult found = torch.TrainOnBatch(image, [2], Loss.CrossEntropy, new Sgd());
        Assert.Equal(builtIn.TrainOnBatch(image, [2], Loss.CrossEntropy, new Sgd()).Loss, found.Loss, 1e-4f);
        GoldenAssert.Close(Samples.AllWeights(builtIn), Samples.AllWeights(torch), 1e-5, "weights");
    }

    [Fact]
    public void Bad_input_is_refused_as_by_the_built_in_engine()
    {
        using TorchNetwork torch = Fresh("small");
        Assert.Throws<ShapeMismatchException>(() => torch.Logits(new float[7], new float[4]));
        Assert.Throws<ShapeMismatchException>(() => torch.TrainOnBatch([], [], Loss.CrossEntropy, new Adam()));
        Assert.Throws<ShapeMismatchException>(() => torch.InputGradient(new float[144], [9], Loss.CrossEntropy, new float[144]));
        var used = new Adam();
        using (var other = new TorchNetwork(ToyNetwork(), seed: 1))
            other.TrainOnBatch(Samples.Images(2, Samples.Toy), [1, 2], Loss.CrossEntropy, used);
        float[] before = Samples.AllWeights(torch);
        Assert.Throws<ShapeMismatchException>(() => torch.TrainOnBatch(new float[144], [1], Loss.CrossEntropy, used));
        using var module = new Residual(Samples.Toy, 4);
        Assert.Throws<ArgumentException>(() =>
            torch.TrainOnBatch(new float[144], [1], Loss.CrossEntropy, new TorchOptimizer(optim.SGD(module.parameters(), 0.1))));
        Assert.Equal(before[^8..], Samples.AllWeights(torch)[^8..]);
        Assert.Throws<TorchUnavailableException>(() => new TorchNetwork(Small, 1, "teapot"));
        Assert.Throws<ShapeMismatchException>(() => torch.SetWeights([.. torch.GetWeights().Skip(1)]));
        torch.SetWeights([.. torch.GetWeights()
            .Select((tensor, i) => i == 0 ? tensor with { Values = [.. tensor.Values.Select(_ => float.NaN)] } : tensor)]);
        Assert.Equal("conv2d.kernel", Assert.Throws<NumericalFaultException>(() =>
            torch.TrainOnBatch(new float[144], [1], Loss.CrossEntropy, new Adam())).Place);
    }

    [Fact]
    public void A_step_that_breaks_the_weights_is_told_until_they_are_set()
    {
        using var torch = new TorchNetwork(ToyNetwork(), seed: 1);
        float[] images = Samples.Images(4, Samples.Toy), gradient = new float[images.Length];
        int[] labels = Samples.Labels(4, 4);
        IReadOnlyList<NamedTensor> whole = torch.GetWeights();
        float[] bad = [.. images];
        bad[3] = float.NaN;
        Assert.Throws<NumericalFaultException>(() => torch.TrainOnBatch(bad, labels, Loss.CrossEntropy, new Sgd()));
        Assert.Equal(whole.SelectMany(tensor => tensor.Values), Samples.AllWeights(torch));

        Assert.Throws<NumericalFaultException>(() =>
        {
            for (int step = 0; step < 20; step++)
                torch.TrainOnBatch(images, labels, Loss.CrossEntropy, new Sgd(float.MaxValue));
        });
        Assert.Throws<NumericalFaultException>(() => Samples.LogitsOf(torch, images));
        torch.SetWeights(whole);
        torch.InputGradient(images, labels, Loss.CrossEntropy, gradient);
        Assert.All(Samples.LogitsOf(torch, images), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_run_that_is_resumed_gives_the_bits_of_one_that_was_not()
    {
        using var whole = new TorchNetwork(Mixed(0.25f), seed: 3);
        using var resumed = new TorchNetwork(Mixed(0.25f), seed: 3);
        (Adam a, Adam b) = (new Adam(), new Adam());
        void Step(TorchNetwork network, Adam adam, int step) =>
            network.TrainOnBatch(Samples.Images(16, network.InputShape, (ulong)step), Samples.Labels(16, 4), Loss.CrossEntropy, adam);
        for (int step = 0; step < 4; step++)
            Step(whole, a, step);
        for (int step = 0; step < 2; step++)
            Step(resumed, b, step);
        using var next = new TorchNetwork(Mixed(0.25f), seed: 3);
        next.SetWeights(resumed.GetWeights());
        Samples.Resume(resumed, next);
        for (int step = 2; step < 4; step++)
            Step(next, b, step);
        Assert.Equal(Samples.AllWeights(whole), Samples.AllWeights(next));
    }

    [Fact]
    public void Weights_and_checkpoints_say_that_they_are_of_this_engine_and_the_other_does_not_go_on_with_its_run()
    {
        using TorchNetwork torch = Fresh("small");
        string folder = Directory.CreateTempSubdirectory("advlib-torch-").FullName;
        try
        {
            torch.Save(Path.Combine(folder, "torch.safetensors"));
            SafeTensors.Load(Path.Combine(folder, "torch.safetensors"), out IReadOnlyDictionary<string, string> notes);
            Assert.Equal(torch.Engine, notes["engine"]);

            var checkpoints = new Checkpoints(Path.Combine(folder, "checkpoints"));
            Train(torch, checkpoints);
            SafeTensors.Load(checkpoints.Files()[^1], out notes, anyBits: true);
            Assert.Equal("torchsharp", notes["model.engine"]);
            var refused = Assert.Throws<CheckpointException>(() => Train(Small.Build(seed: 3), checkpoints));
            Assert.Contains("whose model.engine is torchsharp", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Train(INetwork network, Checkpoints checkpoints)
    {
        byte[] labels = [.. Samples.Labels(20, 4).Select(label => (byte)label)];
        var set = new ImageSet("noise", network.InputShape, 4, Samples.Images(20, network.InputShape), labels);
        new Trainer(network, new Adam()) { Checkpoints = checkpoints, Resume = true, Progress = new Progress<TrainingProgress>() }
            .Fit(set, epochs: 1, batchSize: 10, cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_network_in_training_is_that_threads_alone()
    {
        using TorchNetwork torch = Fresh("small");
        using IDisposable training = torch.BeginTraining();
        Exception? other = null;
        var thread = new Thread(() => other = Record.Exception(() => torch.Logits(new float[144], new float[4])));
        thread.Start();
        thread.Join();
        Assert.IsType<ModelInUseException>(other);
        torch.Logits(new float[144], new float[4]);
    }

    [Fact]
    public void A_step_lets_gradients_through_as_the_engine_does()
    {
        var network = new Network(new Shape(5, 4, 1), new Threshold(0.5f, 0.5f), new Conv2D(4, 3), new ReLU(), new Flatten(), new Dense(3));
        using var torch = new TorchNetwork(network, seed: 3);
        float[] images = Samples.Images(6, network.InputShape, 4);
        images[0] = 0.5f;
        int[] labels = Samples.Labels(6, 3);
        (float[] gradient, float[] logits) = Gradient(torch, images, labels, Loss.CrossEntropy);
        (float[] expected, float[] answers) = Gradient(network.Build(seed: 3), images, labels, Loss.CrossEntropy);
        GoldenAssert.Close(answers, logits, 1e-5, "logits");
        GoldenAssert.Close(expected, gradient, 1e-5, "gradient");
        Assert.DoesNotContain(0f, gradient);
    }

    private static Network Mixed(float dropout) => new(
        new Shape(9, 8, 2), new Threshold(0.1f, 0.8f), new Conv2D(6, 3, 2), new ReLU(), new BatchNorm(), new Conv2D(9, 2, 1, Padding.Valid), new ReLU(),
            new MaxPool2D(2), new Flatten(), new Dense(12),
        new ReLU(), new BatchNorm(), new Dropout(dropout), new Dense(4), new Softmax());

    private static Network ToyNetwork() =>
        new(Samples.Toy, new Conv2D(8, 3), new ReLU(), new BatchNorm(0.9f), new Flatten(), new Dropout(0.1f), new Dense(4), new Softmax());

    private static Network Describe(string name) => name == "small" ? Small : Digits;

    private static TorchNetwork Fresh(string name) => new(Describe(name), seed: 3);

    // A few steps, so that no moving statistic is at its initial value.
    private static INetwork Trained(string name)
    {
        INetwork network = Describe(name).Build(seed: 3);
        var adam = new Adam(0.01f);
        for (int step = 0; step < 5; step++)
            network.TrainOnBatch(Samples.Images(32, network.InputShape, (ulong)step), Samples.Labels(32, network.Classes),
                Loss.CrossEntropy, adam);
        return network;
    }

    private static (float[] Gradient, float[] Logits) Gradient(IDifferentiableClassifier model, float[] images, int[] labels, Loss loss)
    {
        var gradient = new float[images.Length];
        var logits = new float[labels.Length * model.Classes];
        model.InputGradient(images, labels, loss, gradient, logits);
        return (gradient, logits);
    }
}
