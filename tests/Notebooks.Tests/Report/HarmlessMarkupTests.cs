using AdvLib;
using AdvNotebooks.Cli.Report;

namespace AdvNotebooks.Tests.Report;

public sealed class HarmlessMarkupTests
{
    public static TheoryData<string> Own =>
    [
        new TableView("Title <b>", "a", "b").Row("1 & 2", "\"3\"").Note("* note").ToHtml(),
        new BarChart("Bars", ["x", "y"], "accuracy").Add("s", [0.5, 0.25]).ToSvg(),
        new LineChart("Lines", "x", "y").Add("s", [0, 1], [1, 2]).ToSvg(),
        TestRun.Digits.Samples(10).ToSvg(),
        Heatmap.Confusion("Confusion", new int[,] { { 1, 2 }, { 3, 4 } }).ToSvg(),
    ];

    [Theory]
    [MemberData(nameof(Own))]
    public void Tables_and_charts_of_AdvLib_pass_unchanged_in_meaning(string markup)
    {
        string? read = HarmlessMarkup.Read(markup);
        Assert.NotNull(read);
        Assert.Equal(read, HarmlessMarkup.Read(read));
        Assert.Equal(Words(markup), Words(read));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<p onclick=\"alert(1)\">x</p>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<img src=\"http://198.51.100.1/x.png\"/>")]
    [InlineData("<img src=\"data:image/svg+xml;base64,AAAA\"/>")]
    [InlineData("<image href=\"file:///etc/passwd\"/>")]
    [InlineData("<p style=\"background:url(http://198.51.100.1)\">x</p>")]
    [InlineData("<p style=\"background:u\\72l(x)\">x</p>")]
    [InlineData("<p style=\"position:fixed\">x</p>")]
    [InlineData("<p id=\"content\">x</p>")]
    [InlineData("<iframe src=\"x\"/>")]
    [InlineData("<svg xmlns=\"http://evil.example\"/>")]
    [InlineData("<style>p{}</style>")]
    [InlineData("<p>not closed")]
    [InlineData("<!-- comment --><p>x</p>")]
    [InlineData("<p><![CDATA[<script>]]></p>")]
    [InlineData("<!DOCTYPE p [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><p>&e;</p>")]
    [InlineData("<p>&nbsp;</p>")]
    [InlineData("<br>x</br>")]
    [InlineData("<x:p xmlns:x=\"http://www.w3.org/2000/svg\">x</x:p>")]
    public void Anything_else_does_not(string markup) => Assert.Null(HarmlessMarkup.Read(markup));

    [Fact]
    public void Text_stays_text() => Assert.Equal("<p>&lt;script&gt; &amp; &quot;x&quot;</p>", HarmlessMarkup.Read("<p>&lt;script> &amp; \"x\"</p>"));

    [Fact]
    public void Depth_has_an_end() => Assert.Null(HarmlessMarkup.Read(string.Concat(Enumerable.Repeat("<g>", 100_000))));

    private static string Words(string markup) => string.Concat(System.Xml.Linq.XElement.Parse($"<x>{markup}</x>").DescendantNodes().OfType<System.Xml.Linq.XText>().Select(text => text.Value));
}
