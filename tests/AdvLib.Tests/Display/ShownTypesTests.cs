using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace AdvLib.Tests;

/// <summary>Whatever a reader ends a cell with says how it looks: as HTML, as text, and as a picture where it is one.</summary>
public sealed class ShownTypesTests
{
    public static TheoryData<string> Names => [.. ShownTypes.Types.Keys];

    [Fact]
    public void Every_public_visual_is_among_them()
    {
        IEnumerable<Type> visuals = ((Type[])[typeof(IVisual), typeof(ImageSet), typeof(Fgsm), typeof(Network), typeof(Sequential), typeof(RobustnessReport), typeof(RunCard)]).SelectMany(type => type.Assembly.GetExportedTypes()).Where(type => type.IsAssignableTo(typeof(IVisual)) && !type.IsInterface);
        Assert.Equal(visuals.Select(type => type.Name).Order(StringComparer.Ordinal), ShownTypes.Types.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_has_all_its_forms(string name)
    {
        IVisual value = ShownTypes.Sample(name);
        Type type = value.GetType();
        Attribute attribute = Assert.Single(type.GetCustomAttributes(inherit: false).OfType<Attribute>(), a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
        Assert.Equal(value is IPicture ? ["text/html", "image/svg+xml", "text/plain"] : ["text/html", "text/plain"], preferred);

        Assert.NotEmpty(XDocument.Parse($"<page>{value.ToHtml()}</page>").Root!.Elements());
        if (value is IPicture picture)
            Assert.Equal("svg", XDocument.Parse(picture.ToSvg()).Root!.Name.LocalName);
        // Its own words: neither the type's name nor what a record prints of itself.
        string text = value.ToString()!;
        Assert.NotEmpty(text);
        Assert.DoesNotContain(type.FullName!, text, StringComparison.Ordinal);
        Assert.DoesNotContain(type.Name + " {", text, StringComparison.Ordinal);
        Assert.NotEqual(typeof(object), type.GetMethod("ToString", [])!.DeclaringType);
        // Hosts that know no interface of ours look for the method.
        Assert.Equal(typeof(string), type.GetMethod("ToHtml", BindingFlags.Public | BindingFlags.Instance, [])!.ReturnType);
    }

    [Fact]
    public void A_set_shows_a_few_of_its_images_and_what_it_is()
    {
        var set = (ImageSet)ShownTypes.Sample(nameof(ImageSet));
        string svg = set.ToSvg();
        Assert.Contains($"{set.Name}: 30 images 28x28x1, 10 classes", XDocument.Parse(svg).Root!.Value, StringComparison.Ordinal);
        Assert.Equal(10, svg.Split("data:image/png").Length - 1);
        Assert.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(svg)), set.ToHtml(), StringComparison.Ordinal);
        Assert.Equal(3, set.Take(3).ToSvg().Split("data:image/png").Length - 1);
    }

    [Fact]
    public void A_set_without_colours_shows_its_first_channel()
    {
        ImageSet two = new("two", new Shape(1, 2, 2), 2, [0f, 1f, 0.5f, 1f], [0]), first = new("one", new Shape(1, 2, 1), 2, [0f, 0.5f], [0]);
        string Picture(ImageSet set) => XDocument.Parse(set.ToSvg()).Root!.Descendants().Attributes("href").Single().Value;
        Assert.Equal(Picture(first), Picture(two));
        Assert.Contains("the first channel", two.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_shows_its_summary()
    {
        var network = (Sequential)ShownTypes.Sample(nameof(Sequential));
        Assert.Equal((network.Description.Summary().ToHtml(), network.Description.Summary().ToString()), (network.ToHtml(), network.ToString()));
    }

    [Fact]
    public void A_stale_row_says_so()
    {
        var row = (RobustnessRow)ShownTypes.Sample(nameof(RobustnessRow));
        Assert.Contains("fresh", row.ToHtml(), StringComparison.Ordinal);
        var set = (ImageSet)ShownTypes.Sample(nameof(ImageSet));
        var stale = row with { Evaluation = Evaluation.Of((Sequential)ShownTypes.Sample(nameof(Sequential)), set, EvaluationKind.Stale) };
        Assert.Contains("stale *", stale.ToHtml(), StringComparison.Ordinal);
    }
}
