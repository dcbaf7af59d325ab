namespace AdvLib.Tests;

public sealed class SpreadTests
{
    [Fact]
    public void Mean_deviation_and_ends()
    {
        Spread spread = Spread.Of(0.90, 0.92, 0.97);
        Assert.Equal(0.93, spread.Mean, 1e-12);
        Assert.Equal(Math.Sqrt((0.0009 + 0.0001 + 0.0016) / 2), spread.Deviation, 1e-12);
        Assert.Equal((0.90, 0.97, 3), (spread.Low, spread.High, spread.Count));
        Assert.Equal("93.00 ± 3.61%", ProcessState.InGerman(() => spread.ToString()));
    }

    [Fact]
    public void One_run_has_no_spread_and_none_is_refused()
    {
        Assert.Equal(new Spread(0.5, 0, 0.5, 0.5, 1), Spread.Of(0.5));
        Assert.Throws<ArgumentException>(() => Spread.Of());
    }
}
