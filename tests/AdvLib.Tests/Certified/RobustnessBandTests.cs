namespace AdvLib.Tests;

public sealed class RobustnessBandTests
{
    private static readonly float[] Epsilons = [0, 0.02f, 0.05f, 0.1f, 0.3f];
    private static readonly ImageSet Images = Toy.Set(100, seed: 9);

    [Fact]
    public void What_is_proved_lies_below_what_an_attack_leaves()
    {
        Sequential model = ToyModels.Trained(5);
        RobustnessBand band = RobustnessBand.Of(model, Images, epsilon => new Pgd(epsilon) { Steps = 10 }, Epsilons);
        for (int i = 0; i < Epsilons.Length; i++)
        {
            Assert.Equal(CertifiedAccuracy.Of(model, Images, Epsilons[i]).VerifiedCount, band.Verified[i].VerifiedCount);
            Assert.True(band.Verified[i].Share <= band.Attacked.Accuracy[i], $"epsilon {Epsilons[i]}");
            Assert.True(i == 0 || band.Verified[i].VerifiedCount <= band.Verified[i - 1].VerifiedCount);
        }

        // Without any change everything that is right is proved, rounding or not; with much, nothing is.
        Assert.Equal(band.Attacked.Accuracy[0], band.Verified[0].Share);
        Assert.Equal(0, band.Verified[^1].VerifiedCount);
        LineChart chart = band.Chart();
        Assert.Equal("attacked: PGD-10, cross-entropy, clipped to [0, 1]", chart.Series[0].Name);
        Assert.Equal(band.Verified.Select(point => point.Share), chart.Series[0].Low);
        Assert.Equal(band.Attacked.Accuracy, chart.Series[0].High);
        Assert.StartsWith("<svg", band.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_counts_are_shown_with_their_intervals()
    {
        CertifiedAccuracy proved = CertifiedAccuracy.Of(ToyModels.Trained(5), Images, 0.02f);
        Assert.Contains(proved.Interval.ToString(), proved.ToString(), StringComparison.Ordinal);
        Assert.Contains("verified by intervals", proved.ToHtml(), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CertifiedAccuracy.Of(ToyModels.Trained(1), Images, -0.1f));
        Assert.Throws<ShapeMismatchException>(() => CertifiedAccuracy.Of(ToyModels.Trained(1), TestNetworks.Set(3, new(5, 5, 1), 4), 0.1f));
    }
}
