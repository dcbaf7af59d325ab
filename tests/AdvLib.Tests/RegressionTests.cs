// Runs without a cancellation token are what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

/// <summary>Faults that were found once, each from the outside in.</summary>
[Collection(nameof(ProcessState))]
public sealed class RegressionTests
{
    // "shapes that do not fit the model": same number of pixels in another shape. Evaluation.Of refuses it, these do not.
    [Fact]
    public void Images_of_another_shape_are_not_attacked() =>
        Assert.Throws<ShapeMismatchException>(() => new Fgsm().Perturb(TestNetworks.SmallCnn(), TestNetworks.Set(8, new(8, 9, 2), 4)));

    [Fact]
    public void Images_of_another_shape_are_not_trained_on() =>
        Assert.Throws<ShapeMismatchException>(() => new Trainer(TestNetworks.SmallCnn(), new Sgd()) { Progress = new ProgressLog() }.Fit(TestNetworks.Set(8, new(8, 9, 2), 4), 1, 8));

    [Fact]
    public void Images_of_another_shape_make_no_mixed_batches() =>
        Assert.Throws<ShapeMismatchException>(() => new MixedAdversarialBatches(TestNetworks.SmallCnn(), TestNetworks.Set(8, new(8, 9, 2), 4), 4).Next());

    // A batch larger than the set is found by the first Next, inside the training loop, not when the source is made.
    [Fact]
    public void A_mixed_batch_larger_than_the_set_is_refused_when_it_is_made() =>
        Assert.Throws<ImageSetException>(() => new MixedAdversarialBatches(new FakeClassifier(Toy.Shape, 4), Toy.Set(9), 64));

    // The constructor refuses such a rate; the setter takes it and the next step fills the network with NaN.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-1)]
    [InlineData(float.PositiveInfinity)]
    public void A_learning_rate_is_checked_when_it_is_changed(float rate) => Assert.Throws<ArgumentOutOfRangeException>(() => new Adam().LearningRate = rate);

    // An optimizer that refuses a network has already let the forward pass move its statistics.
    [Fact]
    public void A_refused_step_leaves_the_statistics()
    {
        var adam = new Adam();
        TrainOn(TestNetworks.SmallCnn(), adam);
        Sequential other = Toy.Model();
        float[] before = TestNetworks.AllWeights(other);
        Assert.Throws<ShapeMismatchException>(() => TrainOn(other, adam));
        Assert.Equal(before, TestNetworks.AllWeights(other));
    }

    // epochs * steps overflows int: "train until I stop it" reports no or a negative time. With doubles, TimeSpan's own range is the next limit.
    [Theory]
    [InlineData(50_000, 60_000)]
    [InlineData(int.MaxValue, 937)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void A_run_without_end_has_time_left(int epochs, int steps)
    {
        using var stop = new CancellationTokenSource();
        var log = new ProgressLog(report => { if (report.Step == 2) stop.Cancel(); });
        new Trainer(new FakeClassifier(Toy.Shape, 4), new Sgd()) { Progress = log }.Fit(new ShuffledBatches(Toy.Set(8), 4, 1), steps, epochs, cancellation: stop.Token);
        Assert.All(log.Reports, report => Assert.True(report.Remaining > TimeSpan.FromTicks(1000), $"{report.Remaining}"));
    }

    // A diverged run (learning rate too high, in a notebook: the reader's experiment) cannot even be printed.
    [Fact]
    public void A_diverged_run_can_be_printed()
    {
        var history = new TrainingHistory("Training", [new EpochResult(1, double.NaN, 0.25, null, null, 1)], interrupted: false);
        Assert.Contains("NaN", history.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(history.ToSvg());
    }

    // Nor could its evaluation be saved: ArgumentException of the JSON writer, about NaN, at Save. It has none: NaN was counted as class 0.
    [Fact]
    public void A_diverged_model_has_no_evaluation() => Assert.Throws<NumericalFaultException>(() =>
        Evaluation.Of(new FakeClassifier(Toy.Shape, 4) { Answer = _ => [float.NaN, 0, 0, 0] }, Toy.Set(10)));

    // What is as large as a number can be is one, and is saved.
    [Fact]
    public void An_evaluation_of_the_largest_numbers_can_be_saved()
    {
        using var folder = new ArtifactsFolder();
        Dataset data = Dataset.Load(Dataset.Synthetic, 10, 10, 1);
        Evaluation evaluation = Evaluation.Of(new FakeClassifier(Toy.Shape, 4) { Answer = _ => [float.MaxValue, float.MinValue, 0, 0] }, Toy.Set(10));
        RunCard.Begin("01-load-mnist", data, 1).Record("clean_before", evaluation, new FakeClassifier(Toy.Shape, 4)).Save();
        Assert.NotNull(RunCard.Continue("02", "01-load-mnist").ToString());
    }

    // JSON that parses but is no card of this schema: Continue takes it, and what comes after fails with NullReferenceException and the like.
    [Theory]
    [InlineData("""{"notebooks":{"01":1.0}}""")]
    [InlineData("""{"notebooks":{"01":1.0},"seed":"x","dataset":{"name":1},"settings":[],"results":3}""")]
    [InlineData("""{"notebooks":{"01":1.0},"notebooks":{"01":1.0},"seed":1}""")]
    [InlineData("""{"schema":2,"seed":1,"dataset":{"name":"x","train":1,"test":1,"folder":"synthetic"},"notebooks":{"01":1.0},"settings":{},"results":{}}""")]
    public void A_card_that_lacks_what_it_needs_is_a_damaged_file(string card)
    {
        using var folder = new ArtifactsFolder();
        folder.Write(card);
        Assert.Throws<DataFileException>(() => RunCard.Continue("02", "01"));
    }

    // A missing stale number shows as "- *".
    [Fact]
    public void A_missing_stale_number_is_a_plain_dash() =>
        Assert.DoesNotContain("- *", RunCard.Begin("01-load-mnist", Dataset.Load(Dataset.Synthetic, 10, 10, 1), 1).ToString(), StringComparison.Ordinal);

    // A range upside down or not a number makes every adversary one grey, silently.
    [Theory]
    [InlineData(1, 0)]
    [InlineData(float.NaN, 1)]
    public void A_clip_range_upside_down_is_refused(float low, float high) =>
        Assert.ThrowsAny<Exception>(() => new Fgsm { Clip = new PixelRange(low, high) });

    // Small steps read "FGSM eps 0".
    [Fact]
    public void The_name_tells_a_small_epsilon() => Assert.DoesNotContain("eps 0,", new Fgsm(1e-5f).Name, StringComparison.Ordinal);

    private static void TrainOn(Sequential model, Optimizer optimizer) =>
        model.TrainOnBatch(TestNetworks.Images(4, model.InputShape), [0, 1, 2, 3], Loss.CrossEntropy, optimizer);
}
