namespace AdvLib.Tests;

/// <summary>Public members whose arguments do not fit each other say so: a part that is left out without a word gives a wrong number.</summary>
public sealed class CallersTests
{
    [Fact]
    public void Spans_of_different_lengths_are_refused()
    {
        Assert.Throws<ShapeMismatchException>(() => Norm.L2.Distance([1, 2], [1, 2, 3]));
        Assert.Throws<ShapeMismatchException>(() => Norm.Linf.Distance([1, 2, 3], [1, 2]));
        Assert.Equal(5, Norm.L2.Distance([1, 2], [4, 6]));
        foreach (int size in (int[])[0, -1, 2])
        {
            Assert.Throws<ShapeMismatchException>(() => Norm.L2.Step(new float[3], 1, PixelRange.Unit, size, new float[3]));
            Assert.Throws<ShapeMismatchException>(() => Norm.L2.Project(new float[3], 1, PixelRange.Unit, size, new float[3]));
        }

        Assert.Throws<ShapeMismatchException>(() => Norm.Linf.Step(new float[6], 1, PixelRange.Unit, 3, new float[3]));
        Assert.Throws<ShapeMismatchException>(() => Norm.Linf.Project(new float[6], 1, PixelRange.Unit, 3, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(0.1f) { Norm = (Norm)7 });
    }

    [Fact]
    public void A_start_and_a_rank_are_of_what_there_is()
    {
        Assert.Throws<ShapeMismatchException>(() => ImageRandom.Start([0.5f, 0.5f], Norm.Linf, 0.1f, PixelRange.Unit, 1, 0, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageRandom.Start([0.5f], Norm.L2, float.NaN, PixelRange.Unit, 1, 0, new float[1]));
        Assert.Throws<ShapeMismatchException>(() => ((ReadOnlySpan<float>)[1, 2]).FindTop(new int[3]));
        int[] top = new int[2];
        ((ReadOnlySpan<float>)[1, 3, 2]).FindTop(top);
        Assert.Equal([1, 2], top);
    }

    [Fact]
    public void Validation_images_of_another_model_are_refused_before_an_epoch_is_trained()
    {
        var model = new FakeClassifier(Toy.Shape, 4);
        Assert.Throws<ShapeMismatchException>(() => new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(
            Toy.Set(10), 1, 5, validation: TestNetworks.Set(4, TestNetworks.Small, 4), cancellation: TestContext.Current.CancellationToken));
        Assert.Empty(model.Trained);
    }

    [Fact]
    public void Worst_adversaries_are_kept_of_whole_images()
    {
        Assert.Throws<ShapeMismatchException>(() => new WorstFound(new float[5], 2));
        Assert.Throws<ShapeMismatchException>(() => new WorstFound(new float[4], -1));
        Assert.Throws<ShapeMismatchException>(() => new WorstFound(new float[4], 0));
        Assert.Throws<ShapeMismatchException>(() => new WorstFound(new float[4], 2).Rows<int>([1, 2, 3]));
        Assert.Equal([1, 2], new WorstFound(new float[4], 2).Rows<int>([1, 2]));
    }

    [Fact]
    public void Losses_take_whole_rows_of_their_own_classes()
    {
        Assert.Throws<ShapeMismatchException>(() => Loss.CrossEntropy.DifferentiateMean(new float[5], [0, 1], new float[5]));
        Assert.Throws<ShapeMismatchException>(() => Loss.CrossEntropy.DifferentiateRows(0, new float[6], [0, 1], new float[5]));
        Assert.Throws<ShapeMismatchException>(() => Loss.CrossEntropy.EvaluateBatch(new float[6], [0, 1, 0, 1], new float[6]));
        Assert.Throws<ShapeMismatchException>(() => new KullbackLeibler(new float[5], 2));
        var divergence = new KullbackLeibler([0.5f, 0.5f, 0, 1], 2);
        Assert.Throws<ShapeMismatchException>(() => divergence.EvaluateAt(0, [1, 2, 3], 0, new float[3]));
        Assert.Throws<ShapeMismatchException>(() => divergence.EvaluateAt(2, [1, 2], 0, new float[2]));
        Assert.Equal(0, divergence.EvaluateAt(0, [3, 3], 0, new float[2]), 1e-6f);
    }

    [Fact]
    public void Examples_are_of_the_images_that_were_attacked()
    {
        ImageSet images = Toy.Set(6);
        Assert.Throws<ShapeMismatchException>(() => AttackExamples.Of(Toy.Model(), images, images.Take(5), 0));
        Assert.Single(AttackExamples.Of(Toy.Model(), images, images, 0));
    }

    [Theory]
    [InlineData(-1, -1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(2, 2, -1)]
    public void A_network_has_an_input(int height, int width, int channels) =>
        Assert.Throws<ShapeMismatchException>(() => new Network(new Shape(height, width, channels), new Flatten(), new Dense(2)));

    [Fact]
    public void TRADES_is_not_trained_on_batches_that_are_no_pairs()
    {
        Sequential model = Toy.Model();
        ImageSet images = Toy.Set(40);
        float[] before = TestNetworks.AllWeights(model);
        var attack = new TradesAttack(new Pgd(0.1f) { Steps = 1 });
        foreach (IBatchSource batches in (IBatchSource[])[
            new ShuffledBatches(images, 8, 1), new MixedAdversarialBatches(model, images, 8, attack),
            new MixedAdversarialBatches(model, images, 8, attack, split: 0.25) { Paired = true }])
        {
            string message = Assert.Throws<ShapeMismatchException>(() =>
                new Trainer(model, new Adam(), new Trades()) { Progress = new ProgressLog() }.Fit(batches, 1, 1, cancellation: TestContext.Current.CancellationToken)).Message;
            Assert.Contains("Paired = true and a split of 0.5", message, StringComparison.Ordinal);
        }

        Assert.Equal(before, TestNetworks.AllWeights(model));
        new Trainer(model, new Adam(), new Trades()) { Progress = new ProgressLog() }
            .Fit(new MixedAdversarialBatches(model, images, 8, attack) { Paired = true }, 1, 1, cancellation: TestContext.Current.CancellationToken);
        Assert.NotEqual(before, TestNetworks.AllWeights(model));
    }
}
