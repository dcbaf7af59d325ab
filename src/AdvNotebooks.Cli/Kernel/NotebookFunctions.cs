using Microsoft.AspNetCore.Html;

namespace AdvNotebooks.Cli.Kernel;

#pragma warning disable IDE1006, CA1708 // .NET Interactive's own spelling
/// <summary>What cells can call without a using, under .NET Interactive's names.</summary>
public static class NotebookFunctions
{
    /// <summary>Shows a value as an output of the running cell.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms to show it in; the type's preferred ones when none is given.</param>
    /// <returns>The output, which can be updated.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => DisplayedValue.Show(value, mimeTypes);

    /// <summary>
    /// Shows a value as an output of the running cell. Generic, so that it goes before the formatting
    /// library's own, whose update does not find its output.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The forms to show it in; the type's preferred ones when none is given.</param>
    /// <returns>The output, which can be updated.</returns>
    public static DisplayedValue Display<T>(this T value, params string[] mimeTypes) => DisplayedValue.Show(value, mimeTypes);

    /// <summary>Marks a string as HTML, to be shown as such.</summary>
    /// <param name="content">HTML.</param>
    /// <returns>The content.</returns>
    public static IHtmlContent HTML(string content) => new HtmlString(content);
}
