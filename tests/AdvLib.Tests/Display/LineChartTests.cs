using System.Globalization;
using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class LineChartTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Points_lie_in_proportion_to_the_data()
    {
        double[] x = [0, 1, 2, 4], y = [10, 20, 15, 30];
        (double X, double Y)[] points = Points(new LineChart("t", "x", "y").Add("s", x, y)).Single();
        for (int i = 1; i < x.Length; i++)
        {
            Assert.Equal(x[i] / 4, (points[i].X - points[0].X) / (points[3].X - points[0].X), 3);
            Assert.Equal((y[i] - 10) / 20, (points[0].Y - points[i].Y) / (points[0].Y - points[3].Y), 3);
        }
        Assert.True(points[3].Y < points[0].Y, "larger values stand higher");
    }

    [Fact]
    public void A_logarithmic_axis_gives_every_tenfold_the_same_width_and_round_ticks()
    {
        LineChart chart = new LineChart("t", "x", "y") { LogX = true }.Add("s", [0.5, 5, 50], [1, 2, 3]);
        (double X, double Y)[] points = Points(chart).Single();
        Assert.Equal(points[1].X - points[0].X, points[2].X - points[1].X, 3);
        string[] texts = [.. XDocument.Parse(chart.ToSvg()).Descendants(Svg + "text").Select(text => text.Value)];
        Assert.Equal(["0.5", "1", "2", "5", "10", "20", "50"], texts[^8..^1]);

        // Many decades have a tick a power of ten, a stretch without two of them round numbers.
        Assert.Equal([1e-3, 1e-2, 1e-1, 1, 10, 100, 1000], LogAxis.Ticks(1e-3, 1e3, 8));
        Assert.Equal([1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8], LogAxis.Ticks(1.2, 1.8, 8).Select(tick => Math.Round(tick, 9)));
        Assert.Contains(">7<", new LineChart("t", "x", "y") { LogX = true }.Add("s", [7], [1]).ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_logarithmic_axis_has_no_place_for_zero_whenever_it_is_asked_for()
    {
        LineChart chart = new LineChart("t", "x", "y").Add("s", [0, 1], [1, 2]);
        Assert.Contains("\"s\" goes down to 0", Assert.Throws<DisplayDataException>(() => chart with { LogX = true }).Message, StringComparison.Ordinal);
        Assert.Throws<DisplayDataException>(() => new LineChart("t", "x", "y") { LogX = true }.Add("s", [1, -1], [1, 2]));
    }

    [Fact]
    public void The_range_sets_the_axis_and_what_lies_beyond_is_clipped()
    {
        LineChart chart = new LineChart("t", "x", "y") { YRange = (0, 1) }.Add("s", [0, 1], [0.5, 3]);
        XElement clip = Assert.Single(XDocument.Parse(chart.ToSvg()).Root!.Elements(Svg + "svg"));
        Assert.NotNull(clip.Element(Svg + "polyline"));
        Assert.Empty(XDocument.Parse((chart with { YRange = (0, 3) }).ToSvg()).Root!.Elements(Svg + "svg"));
    }

    [Fact]
    public void Percentages_never_get_an_axis_beyond_one_hundred() =>
        Assert.DoesNotContain("102%", new LineChart("t", "x", "y") { Percent = true }.Add("s", [0, 1, 2], [0.9, 0.99, 1]).ToSvg(), StringComparison.Ordinal);

    [Fact]
    public void Series_differ_without_colour()
    {
        IEnumerable<(string?, int)> styles = Enumerable.Range(0, 20).Select(i => (SeriesStyle.Of(i).Dash, SeriesStyle.Of(i).Marker));
        Assert.Equal(20, styles.Distinct().Count());
        Assert.Equal(28, Enumerable.Range(0, 28).Select(i => (SeriesStyle.Of(i).Colour, SeriesStyle.Of(i).Dash)).Distinct().Count());
    }

    [Fact]
    public void Long_series_keep_their_line_and_thin_their_markers_and_their_table()
    {
        double[] x = [.. Enumerable.Range(0, 1000).Select(i => (double)i)];
        LineChart chart = new LineChart("t", "x", "y").Add("s", x, x);
        Assert.Equal(1000, Points(chart).Single().Length);
        Assert.InRange(XDocument.Parse(chart.ToSvg()).Descendants(Svg + "circle").Count(), 20, 32);
        Assert.InRange(chart.ToString().Split('\n').Length, 20, 45);
    }

    [Fact]
    public void Series_with_their_own_x_get_a_table_each() =>
        Assert.Equal("t (y)\nx  a\n-  -\n0  1\n\nx  b\n-  -\n5  2", new LineChart("t", "x", "y").Add("a", [0], [1]).Add("b", [5], [2]).ToString());

    [Fact]
    public void A_chart_is_not_changed_by_later_changes_to_its_data()
    {
        double[] y = [1, 2];
        LineChart one = new LineChart("t", "x", "y").Add("s", [0, 1], y);
        string before = one.ToSvg();
        y[0] = 9;
        _ = one.Add("another", [0, 1], [3, 4]);
        Assert.Equal(before, one.ToSvg());
    }

    [Fact]
    public void Data_that_cannot_be_drawn_is_refused_with_its_place()
    {
        var chart = new LineChart("t", "x", "y");
        Assert.Throws<DisplayDataException>(() => chart.ToSvg());
        Assert.Equal("t (no series)", chart.ToString());
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [], []));
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [1, 2], [1]));
        Assert.Contains("index 1", Assert.Throws<DisplayDataException>(() => chart.Add("s", [1, 2], [1, double.NaN])).Message, StringComparison.Ordinal);
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [1, double.PositiveInfinity], [1, 2]));
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [1], [1], low: [0]));
        Assert.Throws<DisplayDataException>(() => chart.Add("s", [1], [1], [2], [0]));
        Assert.Throws<DisplayDataException>(() => chart with { YRange = (1, 1) });
        Assert.Throws<DisplayDataException>(() => chart with { YRange = (0, double.NaN) });
        Assert.Throws<DisplayDataException>(() => new TrainingCurves("t", []));
        Assert.Throws<DisplayDataException>(() => new TrainingCurves("t", [new EpochResult(1, double.NaN, 0.5, null, null, 1)]));
    }

    private static (double X, double Y)[][] Points(LineChart chart) => [.. XDocument.Parse(chart.ToSvg()).Descendants(Svg + "polyline").Select(line => line.Attribute("points")!.Value
        .Split(' ').Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).Select(point => (point[0], point[1])).ToArray())];
}
