namespace AdvLib.Tests;

public sealed class NoiseTests
{
    private static readonly float[] Images = TestNetworks.Images(20, TestNetworks.Small);
    private static readonly int[] Labels = TestNetworks.Labels(20, 4);

    [Fact]
    public void Uniform_noise_fills_its_range_evenly()
    {
        double[] changes = Changes(new UniformNoise(0.1f) { Clip = null });
        Assert.All(changes, change => Assert.InRange(change, -0.1001, 0.1001));
        Assert.InRange(changes.Average(), -0.005, 0.005);
        Assert.InRange(changes.Average(Math.Abs), 0.047, 0.053);
    }

    [Fact]
    public void Sign_noise_moves_every_pixel_by_epsilon()
    {
        double[] changes = Changes(new SignNoise(0.1f));
        Assert.All(changes, change => Assert.Equal(0.1, Math.Abs(change), 1e-6));
        Assert.InRange(changes.Count(change => change > 0) / (double)changes.Length, 0.45, 0.55);
    }

    [Fact]
    public void Both_are_cut_to_a_range()
    {
        foreach (IAttack<IDifferentiableClassifier> noise in (IAttack<IDifferentiableClassifier>[])[new UniformNoise(0.5f), new SignNoise(0.5f) { Clip = PixelRange.Unit }])
        {
            var noisy = new float[Images.Length];
            noise.Perturb(new FakeClassifier(TestNetworks.Small, 4), Images, Labels, noisy);
            Assert.Equal((0, 1), (noisy.Min(), noisy.Max()));
        }
    }

    private static double[] Changes(IAttack<IDifferentiableClassifier> noise)
    {
        var noisy = new float[Images.Length];
        noise.Perturb(new FakeClassifier(TestNetworks.Small, 4), Images, Labels, noisy);
        return [.. Images.Zip(noisy, (a, b) => (double)b - a)];
    }
}
