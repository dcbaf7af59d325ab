using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace AdvLib.Tests;

/// <summary>What holds for every display.</summary>
public sealed class VisualTests
{
    [Theory]
    [MemberData(nameof(DisplaySamples.Names), MemberType = typeof(DisplaySamples))]
    public void Looks_as_it_did_when_last_looked_at(string name)
    {
        IVisual visual = DisplaySamples.All[name];
        Snapshot.Match(name + ".txt", visual.ToString()!);
        if (visual is IPicture picture)
            Snapshot.Match(name + ".svg", picture.ToSvg());
        else
            Snapshot.Match(name + ".html", visual.ToHtml());
    }

    [Theory]
    [MemberData(nameof(DisplaySamples.Names), MemberType = typeof(DisplaySamples))]
    public void Html_is_well_formed_and_needs_nothing_else(string name)
    {
        XElement root = XDocument.Parse($"<page>{DisplaySamples.All[name].ToHtml()}</page>").Root!;
        if (DisplaySamples.All[name] is IPicture picture)
        {
            // What strips scripts, styles and classes leaves the picture itself.
            Assert.Equal(PictureMarkup.Theme, root.Element("style")!.Value);
            root.Elements().Where(element => element.Name.LocalName is "script" or "style").Remove();
            root.Element("figure")!.Attribute("class")!.Remove();
            Assert.Equal("data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(picture.ToSvg())), root.Descendants("img").Single().Attribute("src")!.Value);
        }

        Assert.DoesNotContain(root.Descendants(), element => element.Name.LocalName is "script" or "style" or "link" or "use" or "foreignObject");
        Assert.DoesNotContain(root.Descendants().Attributes(), attribute => attribute.Name.LocalName is "id" or "class" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.All(root.Descendants().Attributes("href"), href => Assert.StartsWith("data:image/png;base64,", href.Value, StringComparison.Ordinal));
        Assert.DoesNotContain("url(", root.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(DisplaySamples.Pictures), MemberType = typeof(DisplaySamples))]
    public void A_picture_says_what_it_is(string name)
    {
        XElement svg = XDocument.Parse(((IPicture)DisplaySamples.All[name]).ToSvg()).Root!;
        Assert.Equal("img", svg.Attribute("role")!.Value);
        XElement[] first = [.. svg.Elements().Take(2)];
        Assert.Equal(["title", "desc"], first.Select(element => element.Name.LocalName));
        Assert.All(first, element => Assert.NotEmpty(element.Value));
        Assert.Equal($"0 0 {svg.Attribute("width")!.Value} {svg.Attribute("height")!.Value}", svg.Attribute("viewBox")!.Value);
        AssertFits(svg);
    }

    [Fact]
    public void Long_words_stay_on_the_card()
    {
        string name = string.Join(' ', Enumerable.Repeat("adversarially fine-tuned", 6));
        IPicture[] pictures =
        [
            new LineChart(name, "x", name).Add(name, [0, 1], [0, 1]).Add(name, [0, 1], [1e6, 2e6]),
            new BarChart(name, [name, "b"], name).Add(name, [1, 2]).Add("b", [1, -2]),
            new Heatmap(name, "rows", "columns", [name, "b"], ["a", name], new double[,] { { 1, 2 }, { 3, 4 } }),
            new ImageGrid(name, DisplaySamples.Tiny).Add(new float[6], name).AddSigned(new float[6], "b"),
        ];
        Assert.All(pictures, picture => AssertFits(XDocument.Parse(picture.ToSvg()).Root!));
    }

    private static void AssertFits(XElement svg)
    {
        double width = Number(svg, "width"), height = Number(svg, "height");
        foreach (XElement text in svg.Descendants(svg.Name.Namespace + "text").Where(text => text.Attribute("transform") is null))
        {
            double room = Show.Width(text.Value, Number(text, "font-size")), x = Number(text, "x");
            double left = text.Attribute("text-anchor")?.Value switch { "middle" => x - (room / 2), "end" => x - room, _ => x };
            Assert.True(left >= 0 && left + room <= width && Number(text, "y") <= height - 6, $"\"{text.Value}\" leaves the card");
        }
    }

    [Theory]
    [MemberData(nameof(DisplaySamples.Names), MemberType = typeof(DisplaySamples))]
    public void Numbers_do_not_depend_on_the_readers_culture(string name)
    {
        IVisual visual = DisplaySamples.All[name];
        string html = visual.ToHtml(), text = visual.ToString()!;
        CultureInfo before = CultureInfo.CurrentCulture;
        // The tests run in invariant globalisation mode, which has no de-DE: what matters of it is made by hand.
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) = (",", ".", "~");
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal("~1,5", (-1.5).ToString(CultureInfo.CurrentCulture));
            Assert.Equal((html, text), (visual.ToHtml(), visual.ToString()!));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static double Number(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);
}
