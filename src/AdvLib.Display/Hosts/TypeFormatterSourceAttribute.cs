namespace AdvLib;

/// <summary>
/// Tells notebook hosts how a type is shown. .NET Interactive finds this attribute by its name, so no package is needed:
/// the source type has a method <c>CreateTypeFormatters()</c> whose objects have <c>MimeType</c> and <c>Format(object, TextWriter)</c>.
/// </summary>
/// <param name="formatterSourceType">The type whose <c>CreateTypeFormatters()</c> gives the formatters.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
public sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    /// <summary>The type whose <c>CreateTypeFormatters()</c> gives the formatters.</summary>
    public Type FormatterSourceType { get; } = formatterSourceType;

    /// <summary>The MIME types to show, best first.</summary>
    public string[] PreferredMimeTypes { get; set; } = ["text/html", "text/plain"];
}
