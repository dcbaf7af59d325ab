namespace AdvLib.Tests;

/// <summary>FGSM against PyTorch in float64: equal to 1e-6 at every pixel whose gradient is large enough for float32 to know its sign.</summary>
public sealed class GoldenFgsmTests
{
    [Theory]
    [InlineData("tutorial")]
    [InlineData("clipped")]
    [InlineData("targeted")]
    public void Adversaries_agree(string mode)
    {
        GoldenFile golden = GoldenFile.Open("simplecnn_inference");
        Fgsm attack = mode switch
        {
            "tutorial" => new Fgsm(0.1f),
            "clipped" => new Fgsm(0.1f) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit },
            _ => new Fgsm(0.1f) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit, Goal = Goal.Reach(golden.Integers("targets")) },
        };
        float[] images = golden.Values("images");
        var adversaries = new float[images.Length];
        attack.Perturb(GoldenSimpleCnnTests.CreateModel(), images, golden.Integers("labels"), adversaries);

        float[] expected = golden.Values($"fgsm.{mode}.images");
        float[] trusted = golden.Values($"fgsm.{mode}.trusted");
        Assert.InRange(trusted.Sum(), 0.999 * trusted.Length, trusted.Length);
        Assert.DoesNotContain(Enumerable.Range(0, images.Length), i => trusted[i] == 1 && !(Math.Abs(expected[i] - adversaries[i]) <= 1e-6));
    }
}
