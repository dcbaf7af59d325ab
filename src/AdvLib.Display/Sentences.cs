using System.Text;

namespace AdvLib;

/// <summary>
/// Sentences that a cell ends with. Hosts do not wrap plain text, and cut what is wider than their window; this they wrap.
/// </summary>
/// <param name="text">The sentences; a line break begins a paragraph.</param>
/// <example><code>
/// new Sentences($"FGSM leaves {100 * broken.Accuracy:0.00}% of {broken.Count:N0} images.")
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed class Sentences(string text) : IVisual
{
    /// <inheritdoc/>
    public string ToHtml()
    {
        var html = new StringBuilder();
        foreach (string paragraph in text.ReplaceLineEndings("\n").Split('\n'))
            html.Append(
                $"<p style=\"margin:4px 0;max-width:48em;white-space:normal;overflow-wrap:anywhere\">{Show.Escape(paragraph)}</p>\n");
        return html.ToString().TrimEnd('\n');
    }

    /// <summary>The sentences.</summary>
    /// <returns>The text as it was given.</returns>
    public override string ToString() => text;
}
