namespace AdvLib.Tests;

public sealed class ConfidenceIntervalTests
{
    // Wilson's interval as R's prop.test(correct = FALSE) gives it.
    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(9641, 10_000, 0.9603, 0.9676)]
    public void It_is_Wilsons(int hits, int count, double low, double high)
    {
        ConfidenceInterval interval = ConfidenceInterval.Of(hits, count);
        Assert.Equal(low, interval.Low, 1e-4);
        Assert.Equal(high, interval.High, 1e-4);
    }

    [Fact]
    public void Counts_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Of(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Of(-1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Of(4, 3));
        Assert.Equal("23.66 to 76.34%", ConfidenceInterval.Of(5, 10).ToString());
    }
}
