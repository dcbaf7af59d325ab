// Runs without a cancellation token are what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

public sealed class OverfittingMonitorTests
{
    private static readonly ImageSet HeldOut = new("held out", Toy.Shape, 4, new float[10 * 16], new byte[10]);

    [Fact]
    public void Pgd_that_falls_while_Fgsm_stays_is_a_collapse()
    {
        OverfittingMonitor monitor = Watch([0.7, 0.8, 0.9], [0.5, 0.6, 0.3]);
        Assert.True(monitor.Collapsed);
        Assert.Equal([new(1, 0.7, 0.5), new(2, 0.8, 0.6), new(3, 0.9, 0.3)], monitor.Readings);
        Assert.Contains("Catastrophic overfitting at step 3", monitor.ToString(), StringComparison.Ordinal);
        Assert.Contains("<svg", monitor.ToSvg(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8, 0.5)] // a wobble
    [InlineData(0.6, 0.3)] // both fall: the run diverges, which is no overfitting
    [InlineData(0.9, 0.9)]
    public void Nothing_else_is(double fgsm, double pgd) => Assert.False(Watch([0.7, 0.8, fgsm], [0.5, 0.6, pgd]).Collapsed);

    [Theory]
    [InlineData(0.8, 0.3, true)] // blind from the first steps on: PGD never rose
    [InlineData(0.9, 0.5, false)]
    [InlineData(0.7, 0.1, false)] // FGSM is not learnt yet: epsilon still grows
    public void Pgd_far_below_a_learnt_Fgsm_is_a_collapse(double fgsm, double pgd, bool collapsed) => Assert.Equal(collapsed, Watch([0.2, fgsm], [0, pgd]).Collapsed);

    [Fact]
    public void How_far_is_far_can_be_set()
    {
        Assert.True(Watch([0.8, 0.8], [0.6, 0.4], drop: 0.1).Collapsed);
        Assert.False(Watch([0.8, 0.8], [0.6, 0.4], drop: 0.3).Collapsed);
    }

    [Fact]
    public void The_trainer_stops_and_the_best_epoch_stays()
    {
        var monitor = new OverfittingMonitor(HeldOut, new Scripted(0.8), new Scripted(0.5, 0.6, 0.7, 0.7, 0.1, 0.7)) { EverySteps = 2 };
        var model = new FakeClassifier(Toy.Shape, 4) { Answer = Answer };
        var trainer = new Trainer(model, new Sgd()) { Monitor = monitor, Score = epoch => -epoch.Epoch, Progress = new ProgressLog() };
        TrainingHistory history = trainer.Fit(Toy.Set(20), epochs: 9, batchSize: 5);
        Assert.Equal(10, model.Trained.Count);
        Assert.True(history.Interrupted);
        Assert.Equal((2, 1), (history.Epochs.Count, history.Best!.Epoch));
        Assert.Equal([2L, 4, 6, 8, 10], monitor.Readings.Select(reading => reading.Step));
    }

    [Fact]
    public void Watching_moves_nothing()
    {
        float[] Train(bool watched)
        {
            Sequential model = Toy.Model();
            var trainer = new Trainer(model, new Adam()) { Monitor = watched ? new OverfittingMonitor(Toy.Set(30, seed: 2), 0.1f) { EverySteps = 2 } : null, Progress = new ProgressLog() };
            trainer.Fit(new AdversarialBatches(model, Toy.Set(50), 10, new Pgd(0.1f) { Steps = 2 }), stepsPerEpoch: 6, epochs: 1);
            return TestNetworks.AllWeights(model);
        }

        Assert.Equal(Train(watched: false), Train(watched: true));
    }

    [Fact]
    public void Before_the_first_reading_it_says_so()
    {
        var monitor = new OverfittingMonitor(HeldOut, 0.1f);
        Assert.False(monitor.Collapsed);
        Assert.Contains("every 100 steps", monitor.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_settings_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new OverfittingMonitor(null!, 0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverfittingMonitor(HeldOut, -0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverfittingMonitor(HeldOut, 0.1f) { EverySteps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverfittingMonitor(HeldOut, 0.1f) { Drop = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverfittingMonitor(HeldOut, 0.1f) { Drop = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverfittingMonitor(HeldOut, 0.1f) { Gap = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverfittingMonitor(HeldOut, 0.1f) { Gap = 1.1 });
    }

    private static OverfittingMonitor Watch(double[] fgsm, double[] pgd, double drop = 0.2)
    {
        var monitor = new OverfittingMonitor(HeldOut, new Scripted(fgsm), new Scripted(pgd)) { EverySteps = 1, Drop = drop };
        for (int step = 1; step <= fgsm.Length; step++)
            monitor.Watch(new FakeClassifier(Toy.Shape, 4) { Answer = Answer }, step);
        return monitor;
    }

    private static float[] Answer(float[] image) => image[0] > 0 ? [0, 1, 0, 0] : [1, 0, 0, 0];

    // Leaves the accuracies it was given, one after the other; the last one again and again.
    private sealed class Scripted(params double[] accuracies) : IAttack<IDifferentiableClassifier>
    {
        private int _next;

        public string Name => "scripted";

        public void Perturb(
            IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
        {
            images.CopyTo(adversaries);
            int right = (int)Math.Round(labels.Length * accuracies[Math.Min(_next++, accuracies.Length - 1)]);
            for (int i = right; i < labels.Length; i++)
                adversaries[i * model.InputShape.Size] = 1;
        }
    }
}
