using System.Globalization;
using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class BarChartTests
{
    [Theory]
    [InlineData(0.9, 0.45, 0.1)]
    [InlineData(30, -15, 0)]
    [InlineData(-1, -2, -0.5)]
    public void Bars_are_as_long_as_their_values(double a, double b, double c)
    {
        double[] values = [a, b, c], heights = [.. Bars(new BarChart("t", ["a", "b", "c"], "v").Add("s", values)).Select(bar => Number(bar, "height"))];
        double unit = heights[0] / Math.Abs(a);
        Assert.All(values.Zip(heights), pair => Assert.Equal(Math.Abs(pair.First) * unit, pair.Second, 0.02));
    }

    [Fact]
    public void Bars_stand_on_zero_and_hang_from_it()
    {
        XElement[] bars = [.. Bars(new BarChart("t", ["a", "b"], "v").Add("s", [3, -2]))];
        Assert.Equal(Number(bars[0], "y") + Number(bars[0], "height"), Number(bars[1], "y"), 0.02);
    }

    [Fact]
    public void Shares_are_drawn_against_the_whole() =>
        Assert.Contains(">100%<", new BarChart("t", ["a"], "v") { Percent = true }.Add("s", [0.011]).ToSvg(), StringComparison.Ordinal);

    [Fact]
    public void Many_bars_keep_their_values_in_tips_and_text()
    {
        BarChart chart = new("t", Enumerable.Range(0, 10).Select(i => $"class {i}"), "accuracy") { Percent = true };
        for (int s = 0; s < 6; s++)
            chart = chart.Add($"model {s}", Enumerable.Range(0, 10).Select(i => 0.5 + (0.01 * i)));
        Assert.Equal(60, Bars(chart).Count());
        Assert.Contains("class 3, model 5: 53.00%", chart.ToSvg(), StringComparison.Ordinal);
        Assert.Equal(12, chart.ToString().Split('\n').Length - 1);
    }

    [Fact]
    public void Nothing_but_zeros_is_drawn() => Assert.All(Bars(new BarChart("t", ["a", "b"], "v").Add("s", [0, 0])), bar => Assert.Equal(0, Number(bar, "height")));

    [Fact]
    public void Data_that_cannot_be_drawn_is_refused()
    {
        Assert.Throws<DisplayDataException>(() => new BarChart("t", [], "v"));
        var chart = new BarChart("t", ["a", "b"], "v");
        Assert.Throws<DisplayDataException>(() => chart.ToSvg());
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [1]));
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [1, double.NaN]));
    }

    private static IEnumerable<XElement> Bars(BarChart chart) => XDocument.Parse(chart.ToSvg()).Descendants().Where(element => element.Name.LocalName == "rect" && element.HasElements);

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
