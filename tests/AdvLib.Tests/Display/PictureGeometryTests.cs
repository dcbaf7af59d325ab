using System.Globalization;
using System.Xml.Linq;

namespace AdvLib.Tests;

/// <summary>What a person would complain of: something cut off, words on top of each other or of the data, words too pale to read.</summary>
public sealed class PictureGeometryTests
{
    private const string White = "#ffffff";
    private static readonly double[] Epsilons = [0, 0.1, 0.2, 0.3];

    public static TheoryData<string> Names => [.. Pictures.Keys];

    private static Dictionary<string, IPicture> Pictures { get; } = DisplaySamples.All.Where(pair => pair.Value is IPicture).Select(pair => (pair.Key, (IPicture)pair.Value))
        .Concat([
            ("five lines", Enumerable.Range(0, 5).Aggregate(new LineChart("Five defences, each with the spread of its seeds", "epsilon, in pixel units of [0, 1]", "accuracy on 10,000 test images") { Percent = true },
                (chart, i) => chart.Add($"defence number {i}, mean of 5 seeds (band: lowest to highest)", Epsilons, Epsilons.Select(e => 0.9 - (i * e)), Epsilons.Select(e => 0.85 - (i * e)), Epsilons.Select(e => 0.95 - (i * e))))),
            ("small numbers", new LineChart("Loss", "step", "loss").Add("training", [0, 1000, 2000], [1e-9, 5e-7, 2e-7])),
            ("large numbers", new LineChart("Images", "step", "images").Add("seen", [0, 1000, 2000], [0, 64_000, 1.28e8])),
            ("up and down", new BarChart("Change by the repair", ["clean", "noise", "FGSM", "PGD"], "points").Add("before", [0.5, -1.25, 60, -70]).Add("after", [-0.001, 12, -33, 99])),
            ("ten classes", new BarChart("Each class", Enumerable.Range(0, 10).Select(i => $"{i}"), "accuracy") { Percent = true }
                .Add("clean images", Enumerable.Range(0, 10).Select(i => 1 - (i / 100.0))).Add("FGSM", Enumerable.Range(0, 10).Select(i => i / 10.0)).Add("PGD-40, worst of 5", new double[10])),
            ("transfer", new Heatmap("Accuracy under PGD", "images made from", "shown to", ["baseline", "mixed batches", "TRADES"], ["baseline", "mixed batches", "TRADES"], new[,] { { 0, 0.5, 0.97 }, { 0.3, 0.62, 1 }, { 0.8, 0.75, 0.7 } }) { Percent = true }),
        ]).ToDictionary();

    [Theory]
    [MemberData(nameof(Names))]
    public void Everything_is_on_the_card(string name)
    {
        XElement svg = Root(name);
        Box card = new(0, 0, Number(svg, "width"), Number(svg, "height"));
        Assert.All(Drawn(svg), drawn => Assert.True(card.Contains(drawn.Box), $"{drawn.Element} leaves the card"));
        Assert.All(svg.Elements(svg.Name.Namespace + "svg"), clip => Assert.True(card.Contains(BoxOf(clip)!.Value)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_words_lie_on_others(string name)
    {
        (XElement Element, Box Box)[] words = [.. Drawn(Root(name)).Where(drawn => drawn.Element.Name.LocalName == "text")];
        for (int i = 0; i < words.Length; i++)
        {
            for (int k = 0; k < i; k++)
                Assert.False(words[i].Box.Overlaps(words[k].Box), $"\"{words[i].Element.Value}\" lies on \"{words[k].Element.Value}\"");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_title_and_the_legend_stand_above_the_data(string name)
    {
        XElement svg = Root(name);
        // The data: what lies between grid lines, cells with a white rim, pictures.
        Box[] data = [.. Drawn(svg).Where(drawn => drawn.Element.Attribute("stroke")?.Value == "#e1e4e8" || drawn.Element.Name.LocalName is "image" or "polyline"
            || (drawn.Element.Name.LocalName == "rect" && drawn.Element.Attribute("stroke")?.Value == White)).Select(drawn => drawn.Box)];
        Assert.NotEmpty(data);
        double top = data.Min(box => box.Top);
        string[] legend = [.. svg.Elements(svg.Name.Namespace + "text").TakeWhile(text => Number(text, "y") < top).Select(text => text.Value)];
        Assert.Contains(legend, line => svg.Element(svg.Name.Namespace + "title")!.Value.StartsWith(line, StringComparison.Ordinal));
        foreach (string key in name switch { "five lines" => ["defence number 4, mean of 5 seeds (band: lowest to highest)"], "ten classes" => ["clean images", "FGSM", "PGD-40, worst of 5"], "confusion" => ["right"], _ => (string[])[] })
            Assert.Contains(key, legend);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Words_stand_out_on_any_page(string name)
    {
        XElement svg = Root(name);
        // A card of its own, opaque from edge to edge: what page is behind it does not matter.
        XElement card = svg.Elements(svg.Name.Namespace + "rect").First();
        Assert.Equal((White, null), (card.Attribute("fill")!.Value, card.Attribute("fill-opacity")?.Value));
        Assert.InRange(Number(card, "width"), Number(svg, "width") - 1, Number(svg, "width"));
        (XElement Element, Box Box)[] drawn = [.. Drawn(svg)];
        for (int i = 0; i < drawn.Length; i++)
        {
            if (drawn[i].Element.Name.LocalName != "text")
                continue;
            string behind = drawn[..i].LastOrDefault(below => below.Element.Name.LocalName == "rect" && below.Element.Attribute("fill")!.Value != "none" && below.Box.Contains(drawn[i].Box.Centre)).Element.Attribute("fill")!.Value;
            double contrast = Contrast(drawn[i].Element.Attribute("fill")!.Value, behind);
            Assert.True(contrast >= 4.5, $"\"{drawn[i].Element.Value}\" has a contrast of {contrast:0.0} on {behind}");
        }
    }

    [Fact]
    public void The_first_five_colours_stand_out_and_differ_for_everybody()
    {
        (double R, double G, double B)[] colours = [.. Enumerable.Range(0, 5).Select(i => Linear(SeriesStyle.Of(i).Colour))];
        // WCAG 2's bound for graphics is 3; the palette's pink is a hair below on its own, and has its dash and marker.
        Assert.All(Enumerable.Range(0, 5), i => Assert.InRange(Contrast(SeriesStyle.Of(i).Colour, White), 2.9, 21));
        // Vienot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats", 1999.
        Func<(double R, double G, double B), (double, double, double)>[] eyes =
        [
            c => c,
            c => ((0.1124 * c.R) + (0.8876 * c.G), (0.1124 * c.R) + (0.8876 * c.G), (0.004 * c.R) - (0.004 * c.G) + c.B),
            c => ((0.2927 * c.R) + (0.7073 * c.G), (0.2927 * c.R) + (0.7073 * c.G), (-0.0223 * c.R) + (0.0223 * c.G) + c.B),
        ];
        foreach (Func<(double R, double G, double B), (double, double, double)> eye in eyes)
        {
            for (int i = 0; i < colours.Length; i++)
            {
                for (int k = 0; k < i; k++)
                    Assert.True(Distance(Lab(eye(colours[i])), Lab(eye(colours[k]))) > 12, $"{i} and {k} look alike");
            }
        }
    }

    private static XElement Root(string name) => XDocument.Parse(Pictures[name].ToSvg()).Root!;

    // Shapes and words in the order in which they are drawn, without those a nested svg may cut.
    private static IEnumerable<(XElement Element, Box Box)> Drawn(XElement svg) =>
        svg.Elements().Where(element => element.Name.LocalName != "svg").Select(element => (element, BoxOf(element))).Where(pair => pair.Item2 is not null).Select(pair => (pair.element, pair.Item2!.Value));

    private static Box? BoxOf(XElement element)
    {
        double Of(string name) => Number(element, name);
        switch (element.Name.LocalName)
        {
            case "rect" or "image" or "svg":
                return new Box(Of("x"), Of("y"), Of("x") + Of("width"), Of("y") + Of("height"));
            case "line":
                return new Box(Math.Min(Of("x1"), Of("x2")), Math.Min(Of("y1"), Of("y2")), Math.Max(Of("x1"), Of("x2")), Math.Max(Of("y1"), Of("y2")));
            case "circle":
                return new Box(Of("cx") - Of("r"), Of("cy") - Of("r"), Of("cx") + Of("r"), Of("cy") + Of("r"));
            case "polyline" or "polygon":
                double[][] points = [.. element.Attribute("points")!.Value.Split(' ').Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
                return new Box(points.Min(p => p[0]), points.Min(p => p[1]), points.Max(p => p[0]), points.Max(p => p[1]));
            case "text":
                double size = Of("font-size"), width = Show.Width(element.Value, size);
                double start = element.Attribute("text-anchor")?.Value switch { "middle" => -width / 2, "end" => -width, _ => 0 };
                return element.Attribute("transform") is null
                    ? new Box(Of("x") + start, Of("y") - (0.75 * size), Of("x") + start + width, Of("y") + (0.2 * size))
                    : new Box(Of("x") - (0.75 * size), Of("y") - start - width, Of("x") + (0.2 * size), Of("y") - start);
            default:
                return null;
        }
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static (double R, double G, double B) Linear(string colour)
    {
        double Level(int at) => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
        return (Level(1), Level(3), Level(5));
    }

    // WCAG 2.2, contrast ratio.
    private static double Contrast(string one, string other)
    {
        double Luminance((double R, double G, double B) c) => (0.2126 * c.R) + (0.7152 * c.G) + (0.0722 * c.B);
        double a = Luminance(Linear(one)), b = Luminance(Linear(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static (double L, double A, double B) Lab((double R, double G, double B) c)
    {
        static double F(double t) => t > 0.008856 ? Math.Cbrt(t) : (7.787 * t) + (16.0 / 116);
        double x = F(((0.4124 * c.R) + (0.3576 * c.G) + (0.1805 * c.B)) / 0.9505), y = F((0.2126 * c.R) + (0.7152 * c.G) + (0.0722 * c.B)), z = F(((0.0193 * c.R) + (0.1192 * c.G) + (0.9505 * c.B)) / 1.089);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double Distance((double L, double A, double B) one, (double L, double A, double B) other) =>
        Math.Sqrt(Math.Pow(one.L - other.L, 2) + Math.Pow(one.A - other.A, 2) + Math.Pow(one.B - other.B, 2));

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public (double X, double Y) Centre => ((Left + Right) / 2, (Top + Bottom) / 2);

        public bool Contains(Box other) => other.Left >= Left && other.Top >= Top && other.Right <= Right && other.Bottom <= Bottom;

        public bool Contains((double X, double Y) at) => at.X >= Left && at.X <= Right && at.Y >= Top && at.Y <= Bottom;

        public bool Overlaps(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
