namespace AdvLib;

/// <summary>A card with a sentence on it, in the place of a picture that there is nothing to draw for.</summary>
/// <param name="title">What the picture would have shown.</param>
/// <param name="text">Why there is none.</param>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class Notice(string title, string text) : IPicture
{
    /// <inheritdoc/>
    public string ToSvg()
    {
        var svg = new Svg();
        svg.Text(Svg.Margin, 2 * Svg.Margin, text);
        return svg.Finish(560, 3 * Svg.Margin, title, text);
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>Title and sentence.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{title}: {text}";
}
