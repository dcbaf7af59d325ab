// Runs without a cancellation token are what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

/// <summary>Certified training as a user puts it together, on the toy task, and what is proved of its result.</summary>
public sealed class CertifiedTrainerTests : IDisposable
{
    private const float Epsilon = 0.1f;
    private static readonly ImageSet Images = Toy.Set(300);
    private static readonly ImageSet Test = Toy.Set(300, seed: 9);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5f, 1)]
    [InlineData(0, 0.6f)]
    public void Much_is_proved_where_plain_training_proves_little_and_threads_change_no_bit(float kappa, float boxShare)
    {
        CertifiedAccuracy plain = CertifiedAccuracy.Of(ToyModels.Trained(8), Test, Epsilon);
        Sequential model = Train(kappa, boxShare: boxShare);
        CertifiedAccuracy certified = CertifiedAccuracy.Of(model, Test, Epsilon);
        Assert.True(certified.Share > plain.Share + 0.2, $"{certified.Share}, without {plain.Share}");
        Assert.Equal(TestNetworks.AllWeights(model), TestNetworks.AllWeights(Train(kappa, threads: 3, boxShare: boxShare)));
    }

    [Fact]
    public void What_is_proved_no_attack_takes_away_and_intervals_prove_a_part_of_it()
    {
        Sequential model = Train(0);
        foreach (float epsilon in (float[])[0, 0.05f, 0.1f, 0.2f])
        {
            CertifiedAccuracy proved = CertifiedAccuracy.Of(model, Test, epsilon);
            IntervalBounds bounds = IntervalBounds.Of(model, Test, epsilon);
            Assert.Equal(bounds.Verified.Count(image => image), proved.IntervalCount);
            Assert.Equal(Evaluation.Of(model, Test).Accuracy, proved.CleanShare);
            Assert.True(proved.IntervalCount <= proved.VerifiedCount && proved.VerifiedCount <= proved.CleanCount);
            AttackResult attacked = new Pgd(epsilon) { Steps = 30, Restarts = 3 }.Attack(model, Test);
            int[] predicted = [.. Enumerable.Range(0, Test.Count).Select(i => Predicted(model, attacked.Adversaries, i))];
            for (int i = 0; i < Test.Count; i++)
            {
                Assert.False(proved.Verified[i] && predicted[i] != Test.Label(i), $"image {i} at epsilon {epsilon}");
                Assert.False(bounds.Verified[i] && !proved.Verified[i]);
            }
        }
    }

    [Fact]
    public void A_run_that_is_interrupted_goes_on_to_the_same_bits()
    {
        Sequential whole = Toy.Model();
        Fit(whole, Trainer(whole));
        Sequential parted = Toy.Model();
        using var stop = new CancellationTokenSource();
        var checkpoints = new Checkpoints(_folder.Root);
        var log = new ProgressLog(report => { if (report.Epoch == 3 && report.Step == 4) stop.Cancel(); });
        Fit(parted, Trainer(parted, checkpoints, log), stop.Token);
        Sequential resumed = Toy.Model();
        Fit(resumed, Trainer(resumed, checkpoints, resume: true));
        Assert.NotEqual(TestNetworks.AllWeights(whole), TestNetworks.AllWeights(parted));
        Assert.Equal(TestNetworks.AllWeights(whole), TestNetworks.AllWeights(resumed));

        Sequential other = Toy.Model();
        Assert.Throws<CheckpointException>(() => Fit(other, Trainer(other, checkpoints, resume: true, epsilon: 0.3f)));
    }

    [Fact]
    public void Epsilon_rises_and_the_rate_falls_behind_it()
    {
        var settings = new CertifiedTraining(0.4f) { Ramp = 0.25, Kappa = 0.5f };
        Assert.Equal([0, 0.2f, 0.4f, 0.4f], new[] { 0, 0.125, 0.25, 0.9 }.Select(settings.EpsilonAt));
        Assert.Equal([1, 0.75f, 0.5f, 0.5f], new[] { 0, 0.125, 0.25, 0.9 }.Select(settings.KappaAt));
        Assert.Equal([1, 1, 0.5f], new[] { 0, 0.2, 0.625 }.Select(settings.RateAt));
        Assert.Equal(0, (settings with { Kappa = 0 }).KappaAt(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CertifiedTraining(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => settings with { Epsilon = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => settings with { Kappa = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => settings with { BoxShare = 0 });
        Assert.EndsWith("boxes of 0.5 of the pixels, seed 42", (settings with { BoxShare = 0.5f }).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("boxes of", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void First_weights_are_normal_and_those_of_their_seed()
    {
        Sequential model = CertifiedCnn.Create(new(28, 28, 1), 10, seed: 1, threshold: (0.3f, 0.7f));
        Assert.IsType<Threshold>(model.Description.Layers[0].Layer);
        float[] kernel = KernelOf(model);
        double deviation = Math.Sqrt(kernel.Average(w => (double)w * w));
        Assert.Equal(1, deviation * 3136 / Math.Sqrt(2 * Math.PI), 0.01);
        Assert.Equal(kernel, KernelOf(CertifiedCnn.Create(new(28, 28, 1), 10, 1)));
        Assert.NotEqual(kernel, KernelOf(CertifiedCnn.Create(new(28, 28, 1), 10, 2)));
    }

    private static float[] KernelOf(Sequential model) => model.GetWeights().Single(tensor => tensor.Name == "dense.kernel").Values;

    private static int Predicted(Sequential model, ImageSet images, int image)
    {
        var pixels = new float[images.Shape.Size];
        images.CopyImages(image, 1, pixels);
        return ((ReadOnlySpan<float>)TestNetworks.LogitsOf(model, pixels)).IndexOfMax();
    }

    private static Sequential Train(float kappa, int threads = 1, float boxShare = 1)
    {
        Sequential model = Toy.Model(threads: threads);
        CertifiedCnn.Initialize(model, seed: 1);
        new CertifiedTrainer(model, new Adam(0.01f), new CertifiedTraining(Epsilon) { Kappa = kappa, BoxShare = boxShare }) { Progress = new ProgressLog() }
            .Fit(Images, epochs: 15, batchSize: 30);
        return model;
    }

    private static CertifiedTrainer Trainer(
        Sequential model, Checkpoints? checkpoints = null, ProgressLog? log = null, bool resume = false, float epsilon = Epsilon) =>
        new(model, new Adam(0.01f), new CertifiedTraining(epsilon) { Kappa = 0.2f, BoxShare = 0.8f })
        {
            Checkpoints = checkpoints,
            Resume = resume,
            Progress = log ?? new ProgressLog(),
        };

    private static void Fit(Sequential model, CertifiedTrainer trainer, CancellationToken stop = default)
    {
        Assert.NotNull(model);
        trainer.Fit(Images, epochs: 5, batchSize: 50, cancellation: stop);
    }
}
