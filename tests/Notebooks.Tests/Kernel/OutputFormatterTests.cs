using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Tests.Kernel;

public sealed class OutputFormatterTests
{
    [Fact]
    public void A_formatter_by_convention_gives_every_preferred_form_and_the_types_own_text()
    {
        var data = OutputFormatter.Format(new Picture());
        Assert.Equal(["image/png", "text/html", "text/plain"], data.Keys);
        Assert.Equal("iVBORw0KGgo=", data["image/png"]);
        Assert.Equal("<img>", data["text/html"]);
        Assert.Equal("a picture", data["text/plain"]);
    }

    [Fact]
    public void A_wanted_form_wins_over_the_preferred_ones()
        => Assert.Equal(["image/png", "text/plain"], OutputFormatter.Format(new Picture(), ["image/png"]).Keys);

    [Fact]
    public void Numbers_are_written_in_the_invariant_culture()
        => Assert.Equal("0.5", OutputFormatter.Format(0.5)["text/plain"]);

    [Fact]
    public void Text_is_never_taken_for_html()
    {
        const string Text = "<script>alert(1)</script>";
        object[] values = [Text, new { Text }, new[] { Text }, new Dictionary<string, string> { [Text] = Text }, (Text, 1), new InvalidOperationException(Text), new Uri("http://host/" + Text),
            new AdvLib.ImageSet(Text, new AdvLib.Shape(1, 1, 1), 2, new byte[2], new byte[2])];
        foreach (object value in values)
        {
            SortedDictionary<string, string> shown = OutputFormatter.Format(value);
            Assert.Contains(Text, shown["text/plain"], StringComparison.Ordinal);
            Assert.DoesNotContain(shown, entry => entry.Key != "text/plain" && entry.Value.Contains("<script>alert", StringComparison.Ordinal));
        }
    }

    // .NET Interactive knows the attribute by its name alone, and the formatters by their members.
    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
    {
        public Type FormatterSourceType { get; } = formatterSourceType;

        public string[] PreferredMimeTypes { get; set; } = [];
    }

    [TypeFormatterSource(typeof(PictureFormatters), PreferredMimeTypes = ["text/html", "image/png"])]
    private sealed class Picture
    {
        public override string ToString() => "a picture";
    }

    private sealed class PictureFormatters
    {
#pragma warning disable CA1822 // found by reflection on an instance
        public IEnumerable<object> CreateTypeFormatters() => [new Writer("text/html", "<img>"), new Writer("image/png", "iVBORw0KGgo=")];
#pragma warning restore CA1822
    }

    private sealed class Writer(string mimeType, string text)
    {
        public string MimeType => mimeType;

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write(text);
            return instance is Picture;
        }
    }
}
