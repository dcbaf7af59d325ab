using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class ShowTests
{
    [Fact]
    public void Escaped_text_survives_a_round_trip_through_xml()
    {
        const string Text = "<script>alert('x & \"y\"')</script> é 数 \U0001F600";
        string escaped = Show.Escape(Text);
        Assert.DoesNotContain("<", escaped, StringComparison.Ordinal);
        Assert.Equal(Text, XDocument.Parse($"<a>{escaped}</a>").Root!.Value);
        Assert.Equal(Text, XDocument.Parse($"<a b=\"{escaped}\"/>").Root!.Attribute("b")!.Value);
    }

    [Theory]
    [InlineData("a\u0000b")]
    [InlineData("a\u001bb")]
    [InlineData("a\uFFFEb")]
    public void Characters_that_xml_forbids_are_replaced(string text) => Assert.Equal("a\uFFFDb", Show.Escape(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a\uFFFDb", Show.Escape("a\uD800b"));

    [Theory]
    [InlineData(0, false, "0")]
    [InlineData(60000, false, "60000")]
    [InlineData(14.2857, false, "14.286")]
    [InlineData(0.04037, false, "0.0404")]
    [InlineData(-0.00001234, false, "-1.234E-5")]
    [InlineData(0.98915, true, "98.92%")]
    public void Values_are_short_and_exact_enough(double value, bool percent, string expected) => Assert.Equal(expected, Show.Value(value, percent));

    [Fact]
    public void Wrapping_keeps_all_words_within_the_width()
    {
        const string Text = "stale images of the old model Donaudampfschifffahrtsgesellschaft \U0001F600\U0001F600\U0001F600";
        List<string> lines = Show.Wrap(Text, 12, 90);
        Assert.All(lines, line => Assert.True(Show.Width(line, 12) <= 90, line));
        Assert.Equal(Text.Replace(" ", ""), string.Concat(lines).Replace(" ", ""));
        Assert.All(lines, line => Assert.DoesNotContain('\uFFFD', Show.Escape(line)));
        Assert.Equal(["x", "y"], Show.Wrap("xy", 12, 0.1));
    }
}
