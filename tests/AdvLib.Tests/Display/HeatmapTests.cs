using System.Globalization;
using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class HeatmapTests
{
    [Fact]
    public void Every_value_stands_out_from_its_cell()
    {
        double[,] values = new double[2, 101];
        for (int i = 0; i <= 100; i++)
            (values[0, i], values[1, i]) = (i / 100.0, 1);
        string[] columns = [.. Enumerable.Range(0, 101).Select(i => "c")];
        AssertContrast(new Heatmap("t", "r", "c", ["a", "b"], columns, values));
        var counts = new int[12, 12];
        for (int i = 0; i < 144; i++)
            counts[i / 12, i % 12] = (i / 12) < 6 ? 1 << (i % 12) : i * i;
        AssertContrast(Heatmap.Confusion("t", counts));
    }

    [Fact]
    public void Right_answers_are_blue_and_wrong_ones_orange()
    {
        (string Fill, string _)[] cells = [.. Cells(Heatmap.Confusion("t", new[,] { { 60, 40 }, { 0, 100 } }))];
        Assert.All([0, 3], i => Assert.True(Channel(cells[i].Fill, 2) > Channel(cells[i].Fill, 0)));
        Assert.True(Channel(cells[1].Fill, 0) > Channel(cells[1].Fill, 2));
        Assert.Equal("#f6f8fa", cells[2].Fill);
    }

    [Fact]
    public void The_matrix_is_copied()
    {
        var values = new double[,] { { 1, 2 } };
        var map = new Heatmap("t", "r", "c", ["a"], ["x", "y"], values);
        string before = map.ToSvg();
        values[0, 0] = 5;
        Assert.Equal(before, map.ToSvg());
    }

    [Fact]
    public void Matrices_that_cannot_be_drawn_are_refused()
    {
        Assert.Throws<DisplayDataException>(() => new Heatmap("t", "r", "c", [], [], new double[0, 0]));
        Assert.Throws<DisplayDataException>(() => new Heatmap("t", "r", "c", ["a"], ["b"], new double[1, 2]));
        Assert.Throws<DisplayDataException>(() => new Heatmap("t", "r", "c", ["a"], ["b"], new[,] { { double.NaN } }));
        Assert.Throws<DisplayDataException>(() => Heatmap.Confusion("t", new int[2, 3]));
        Assert.Throws<DisplayDataException>(() => Heatmap.Confusion("t", new[,] { { 1, -1 }, { 0, 1 } }));
        Assert.Throws<DisplayDataException>(() => Heatmap.Confusion("t", new int[2, 2], ["one"]));
    }

    private static void AssertContrast(Heatmap map) => Assert.All(Cells(map), cell =>
    {
        double a = Luminance(cell.Fill), b = Luminance(cell.Ink), ratio = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
        Assert.True(ratio >= 4.5, $"{cell.Ink} on {cell.Fill}: {ratio:0.00}");
    });

    /// <summary>Each cell's fill and its text's colour: the text follows its cell.</summary>
    private static IEnumerable<(string Fill, string Ink)> Cells(Heatmap map) => XDocument.Parse(map.ToSvg()).Descendants().Where(element => element.Name.LocalName == "rect" && element.HasElements)
        .Select(rect => (rect.Attribute("fill")!.Value, ((XElement)rect.NextNode!).Attribute("fill")!.Value));

    private static int Channel(string colour, int index) => int.Parse(colour.AsSpan(1 + (2 * index), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static double Luminance(string colour) => (0.2126 * Linear(colour, 0)) + (0.7152 * Linear(colour, 1)) + (0.0722 * Linear(colour, 2));

    private static double Linear(string colour, int index) =>
        Channel(colour, index) / 255.0 is <= 0.04045 and var low ? low / 12.92 : Math.Pow(((Channel(colour, index) / 255.0) + 0.055) / 1.055, 2.4);
}
