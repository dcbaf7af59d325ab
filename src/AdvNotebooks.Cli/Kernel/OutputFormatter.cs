using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>Turns values into what notebooks show, by the rules of Polyglot Notebooks' own formatting library.</summary>
internal static class OutputFormatter
{
    /// <summary>Formats a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms wanted; the type's preferred ones when there is none.</param>
    /// <returns>MIME type to text, with plain text added where it would be missing.</returns>
    public static SortedDictionary<string, string> Format(object? value, IReadOnlyCollection<string>? mimeTypes = null)
    {
        var data = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (mimeTypes is not { Count: > 0 })
            mimeTypes = value is string ? ["text/plain"] : Formatter.GetPreferredMimeTypesFor(value?.GetType());
        foreach (string mimeType in mimeTypes)
            data[mimeType] = value is string text && mimeType == "text/plain" ? text : value.ToDisplayString(mimeType);
        if (value is not IHtmlContent && !data.ContainsKey("text/plain"))
            data["text/plain"] = HasOwnText(value) ? value!.ToString() ?? "" : value.ToDisplayString("text/plain");
        return data;
    }

    // A type that says how it is shown also says what it is in a line; the formatter would list all its properties.
    private static bool HasOwnText(object? value)
        => value is not null
            && value.GetType().GetCustomAttributes(inherit: true).Any(a => a.GetType().Name == nameof(AdvLib.TypeFormatterSourceAttribute));
}
