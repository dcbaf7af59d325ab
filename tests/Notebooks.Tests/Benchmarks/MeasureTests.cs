using AdvNotebooks.Benchmarks;

namespace AdvNotebooks.Tests.Benchmarks;

public sealed class MeasureTests
{
    [Theory]
    [InlineData(new[] { 7.0 }, 7, 7, 7)]
    [InlineData(new[] { 3.0, 1.0 }, 2, 1.2, 2.8)]
    [InlineData(new[] { 9.0, 1.0, 2.0 }, 2, 1.2, 7.6)]
    [InlineData(new[] { 4.0, 1.0, 3.0, 2.0 }, 2.5, 1.3, 3.7)]
    [InlineData(new[] { 10.0, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 }, 5, 1, 9)]
    public void The_median_and_the_outer_tenths_do_not_depend_on_the_order(double[] times, double median, double low, double high)
    {
        Measure measure = Measure.Of(times);
        Assert.Equal(median, measure.Median, 1e-12);
        Assert.Equal(low, measure.Low, 1e-12);
        Assert.Equal(high, measure.High, 1e-12);
    }
}
