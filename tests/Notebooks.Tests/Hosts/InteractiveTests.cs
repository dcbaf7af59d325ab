using AdvLib;
using AdvLib.Tests;
using Microsoft.DotNet.Interactive.Formatting;

namespace AdvNotebooks.Tests.Hosts;

/// <summary>.NET Interactive's own formatting library shows the library's types as they want to be shown.</summary>
public sealed class InteractiveTests
{
    public static TheoryData<string> Names => [.. ShownTypes.Types.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_finds_their_formatters(string name)
    {
        IVisual value = ShownTypes.Sample(name);
        Assert.Equal(
            value is IPicture ? ["text/html", "image/svg+xml", "text/plain"] : ["text/html", "text/plain"],
            Formatter.GetPreferredMimeTypesFor(value.GetType()));
        Assert.Equal(value.ToHtml(), value.ToDisplayString("text/html"));
        Assert.Equal(value.ToString(), value.ToDisplayString("text/plain"));
        if (value is IPicture picture)
            Assert.Equal(picture.ToSvg(), value.ToDisplayString("image/svg+xml"));
    }
}
