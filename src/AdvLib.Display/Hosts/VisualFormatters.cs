namespace AdvLib;

/// <summary>
/// The one formatter source of all visuals, found by .NET Interactive through <see cref="TypeFormatterSourceAttribute"/>.
/// </summary>
public sealed class VisualFormatters
{
    /// <summary>The formatters, called by the host through reflection.</summary>
    /// <returns>A formatter for each MIME type: pictures as SVG, every visual as HTML, everything as text.</returns>
#pragma warning disable CA1822 // the convention wants an instance method
    public IEnumerable<object> CreateTypeFormatters() =>
    [
        new VisualFormatter("image/svg+xml", value => (value as IPicture)?.ToSvg()),
        new VisualFormatter("text/html", value => (value as IVisual)?.ToHtml()),
        new VisualFormatter("text/plain", value => value.ToString()),
    ];
#pragma warning restore CA1822

    private sealed class VisualFormatter(string mimeType, Func<object, string?> show)
    {
        public string MimeType => mimeType;

        /// <summary>Writes the value; false when it has no such form, and the host goes on to its next formatter.</summary>
        public bool Format(object instance, TextWriter writer)
        {
            if (show(instance) is not { } text)
                return false;
            writer.Write(text);
            return true;
        }
    }
}
