using System.Reflection;

namespace AdvLib.Tests;

/// <summary>Finds formatters as .NET Interactive does: by the attribute's name, then by reflection, without knowing any type of the library.</summary>
public sealed class VisualFormattersTests
{
    [Theory]
    [MemberData(nameof(DisplaySamples.Names), MemberType = typeof(DisplaySamples))]
    public void Every_display_has_its_formatters_by_convention(string name)
    {
        object value = DisplaySamples.All[name];
        Attribute attribute = Assert.Single(value.GetType().GetCustomAttributes(), a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
        Assert.Equal(value is IPicture ? ["text/html", "image/svg+xml", "text/plain"] : ["text/html", "text/plain"], preferred);

        Assert.All(preferred, mimeType => Assert.NotEmpty(Format(attribute, value, mimeType)!));
        Assert.Equal(((IVisual)value).ToHtml(), Format(attribute, value, "text/html"));
        Assert.Equal((value as IPicture)?.ToSvg(), Format(attribute, value, "image/svg+xml"));
        Assert.Equal(value.ToString(), Format(attribute, value, "text/plain"));
    }

    private static string? Format(Attribute attribute, object value, string mimeType)
    {
        var sourceType = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        object source = Activator.CreateInstance(sourceType)!;
        var formatters = (IEnumerable<object>)sourceType.GetMethod("CreateTypeFormatters")!.Invoke(source, null)!;
        object formatter = formatters.Single(f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)! == mimeType);
        using var writer = new StringWriter();
        MethodInfo format = formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!;
        return (bool)format.Invoke(formatter, [value, writer])! ? writer.ToString() : null;
    }
}
