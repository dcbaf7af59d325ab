namespace AdvLib.Tests;

public sealed class AxisTests
{
    [Theory]
    [InlineData(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.003, 0.167, 4, "0.00 0.05 0.10 0.15 0.20")]
    [InlineData(0, 14.29, 4, "0 5 10 15")]
    [InlineData(-3.2, 96, 5, "-20 0 20 40 60 80 100")]
    [InlineData(7, 7, 4, "6.0 6.5 7.0 7.5 8.0")]
    [InlineData(0, 0, 2, "-1 0 1")]
    [InlineData(0, 6e8, 3, "0E+0 2E+8 4E+8 6E+8")]
    [InlineData(0, 3e-6, 3, "0E+0 1E-6 2E-6 3E-6")]
    public void Ticks_are_round_numbers_that_enclose_the_data(double low, double high, int count, string expected)
    {
        Axis axis = Axis.Over(low, high, count, snap: true);
        Assert.Equal(expected, string.Join(' ', axis.Ticks().Select(tick => axis.Label(tick, percent: false))));
        Assert.True(axis.Low <= low && axis.High >= high);
    }

    [Fact]
    public void Percentages_have_the_decimals_their_step_needs()
    {
        Axis axis = Axis.Over(0.98, 0.99, 4, snap: true);
        Assert.Equal("98.0% 98.5% 99.0%", string.Join(' ', axis.Ticks().Select(tick => axis.Label(tick, percent: true))));
    }

    [Theory]
    [InlineData(1, 3, "1 2 3")]
    [InlineData(1, 20, "5 10 15 20")]
    [InlineData(1, 1, "1")]
    public void Epochs_get_no_ticks_between_whole_numbers(double low, double high, string expected)
    {
        Axis axis = Axis.Over(low, high, 6, snap: false, whole: true);
        Assert.Equal(expected, string.Join(' ', axis.Ticks().Select(tick => axis.Label(tick, percent: false))));
    }

    [Fact]
    public void Extreme_values_give_few_ticks_and_no_endless_loop()
    {
        (double, double)[] ranges = [(-1e300, 1e300), (1e300, Math.BitIncrement(1e300)), (1, Math.BitIncrement(1)), (0, double.Epsilon * 1e10), (-1e-300, 1e300)];
        foreach ((double low, double high) in ranges)
            Assert.InRange(Axis.Over(low, high, 6, snap: true).Ticks().Take(100).Count(), 1, 20);
    }
}
