using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed partial class EpsilonExplorerTests
{
    private static readonly Shape Two = new(1, 2, 1);
    private static readonly float[] Epsilons = [0, 0.05f, 0.25f];

    // The pixels are the logits; the first image leaves its class 0 when more than 0.1 is moved from one pixel to the other.
    private static readonly ImageSet Images = new("two </script><b> & more", Two, 2, [0.6f, 0.4f, 0f, 1f], [0, 1]);
    private static readonly FakeClassifier Weak = new(Two, 2) { Answer = image => image, Slope = (_, label) => label == 0 ? [-1, 1] : [1, -1] };
    private static readonly FakeClassifier Strong = new(Two, 2) { Answer = image => image, Slope = (_, _) => [0, 0] };
    private static readonly EpsilonExplorer Explorer = EpsilonExplorer.Create(Weak, Strong, Images, Epsilons);

    [Fact]
    public void Without_script_and_style_there_is_a_table_of_every_adversary()
    {
        XElement page = Page(Stripped(Explorer.ToHtml()));
        Assert.Equal(["label", "model", "epsilon 0", "epsilon 0.05", "epsilon 0.25", "perturbation at the largest epsilon"], page.Descendants("th").Where(th => th.Attribute("scope")?.Value == "col").Select(th => th.Value));
        XElement[] rows = [.. page.Descendants("tbody").Single().Elements("tr")];
        Assert.Equal(["0", "1"], page.Descendants("th").Where(th => th.Attribute("scope")?.Value == "rowgroup").Select(th => th.Value));
        Assert.Equal(["baseline", "defended", "baseline", "defended"], rows.Select(row => row.Elements("th").Last().Value));
        Assert.Equal(["055.0%", "052.5%", "✗ 157.4%", ""], rows[0].Elements("td").Select(cell => cell.Value));
        Assert.Equal(["055.0%", "055.0%", "055.0%", ""], rows[1].Elements("td").Select(cell => cell.Value));
        Assert.All(page.Descendants("img"), image => Assert.NotEmpty(image.Attribute("alt")!.Value));
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "hidden" or "id" || attribute.Value.Contains("display", StringComparison.Ordinal));

        // 0.6 - 0.25 and 0.4 + 0.25, as grey levels; the perturbation in the full blue and red.
        byte[][] pictures = [.. rows[0].Descendants("img").Select(Pixels)];
        Assert.Equal([[153, 102], [140, 115], [89, 166], [33, 102, 172, 178, 24, 43]], pictures);
    }

    [Fact]
    public void The_script_gets_every_probability_and_perturbation()
    {
        JsonNode data = Data(Explorer.ToHtml());
        Assert.Equal(["0", "0.05", "0.25"], data["epsilons"]!.AsArray().Select(node => node!.GetValue<string>()));
        Assert.Equal([0, 1], data["digits"]!.AsArray().Select(digit => digit!["label"]!.GetValue<int>()));
        JsonNode first = data["digits"]![0]!;
        Assert.Equal([0.4256, 0.5744], first["probabilities"]![0]![2]!.AsArray().Select(node => node!.GetValue<double>()));
        Assert.Equal([0.5498, 0.4502], first["probabilities"]![1]![2]!.AsArray().Select(node => node!.GetValue<double>()));
        string[] colours = [.. first["perturbations"]![0]!.AsArray().Select(node => Convert.ToHexString(Decode(node!.GetValue<string>())))];
        // White, a fifth of the way, all of it.
        Assert.Equal(["FFFFFFFFFFFF", "D3E0EEF0D1D5", "2166ACB2182B"], colours);
        Assert.Equal("0.25", data["scale"]!.GetValue<string>());
        Assert.Contains("</script><b> & more", data["title"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_asks_for_nothing_from_elsewhere_and_shares_a_page_with_itself()
    {
        string html = Explorer.ToHtml();
        XElement page = Page(html);
        Assert.Equal(2, Regex.Count(html, "</script>"));
        Assert.DoesNotContain(page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "id" || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotMatch("(?i)https?:|//[a-z]|url\\(|@import|fetch|XMLHttpRequest|innerHTML|eval", Pictures().Replace(html, ""));
        // Every rule of the style sheet is for the explorer alone.
        string style = MediaQuery().Replace(page.Descendants("style").Single().Value, "");
        Assert.All(Selector().Matches(style), match => Assert.StartsWith(".adv", match.Groups[1].Value.Trim(), StringComparison.Ordinal));
    }

    [Fact]
    public void As_text_it_is_the_predictions()
    {
        string text = Explorer.ToString();
        Assert.Contains("0      baseline  0 55.0%  0 52.5%  1! 57.4%", text, StringComparison.Ordinal);
        Assert.Contains("1      defended  1 73.1%  1 73.1%   1 73.1%", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handful_of_digits_under_many_steps_stays_below_300_kilobytes_and_is_the_same_each_time()
    {
        ImageSet digits = SyntheticDigits.Create(6, 7, RandomPurpose.TestDigits);
        INetwork model = SimpleCnn.Create(digits.Shape, digits.Classes, 1);
        string Html(ImageSet set) => EpsilonExplorer.Create(model, model, set, attack: epsilon => new Pgd(epsilon) { Steps = 5 }).ToHtml();
        string html = Html(digits);
        Assert.InRange(html.Length, 50_000, 300_000);
        Assert.Equal(html, Html(digits));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Contains("larger than the one before", Assert.Throws<ArgumentException>(() => EpsilonExplorer.Create(Weak, Strong, Images, [0.1f, 0.1f])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => EpsilonExplorer.Create(Weak, Strong, Images, []));
        var many = new ImageSet("many", Two, 2, new float[26], new byte[13]);
        Assert.Contains("1 to 12 images, not 13", Assert.Throws<ArgumentException>(() => EpsilonExplorer.Create(Weak, Strong, many)).Message, StringComparison.Ordinal);
        var odd = new Shape(1, 1, 2);
        Assert.Throws<ShapeMismatchException>(() => EpsilonExplorer.Create(new FakeClassifier(odd, 2), new FakeClassifier(odd, 2), new ImageSet("odd", odd, 2, [0f, 1f], [0])));
        Assert.Throws<ShapeMismatchException>(() => EpsilonExplorer.Create(Weak, new FakeClassifier(odd, 2), Images));
        Assert.Throws<ArgumentNullException>(() => EpsilonExplorer.Create(null!, Strong, Images));
        Assert.Throws<ArgumentNullException>(() => EpsilonExplorer.Create(Weak, null!, Images));
        Assert.Throws<ArgumentNullException>(() => EpsilonExplorer.Create(Weak, Strong, null!));
    }

    private static XElement Page(string html) => XDocument.Parse($"<page>{html}</page>").Root!;

    private static string Stripped(string html)
    {
        XElement page = Page(html);
        page.Descendants().Where(element => element.Name.LocalName is "script" or "style").Remove();
        return page.ToString(SaveOptions.DisableFormatting);
    }

    private static JsonNode Data(string html) => JsonNode.Parse(Page(html).Descendants("script").Single(script => script.Attribute("type")?.Value == "application/json").Value)!;

    private static byte[] Pixels(XElement image) => Decode(image.Attribute("src")!.Value);

    private static byte[] Decode(string address) => PngReader.Read(Convert.FromBase64String(address["data:image/png;base64,".Length..])).Pixels;

    [GeneratedRegex("data:image/png;base64,[^\"]+")]
    private static partial Regex Pictures();

    [GeneratedRegex(@"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")]
    private static partial Regex MediaQuery();

    [GeneratedRegex(@"([^{}]+)\{[^{}]*\}")]
    private static partial Regex Selector();
}
