namespace AdvLib;

/// <summary>
/// Something a notebook cell may end with. Implement it, override <see cref="object.ToString"/> with the numbers in plain text, and put
/// <c>[TypeFormatterSource(typeof(VisualFormatters))]</c> on the type: every host then shows it.
/// </summary>
public interface IVisual
{
    /// <summary>
    /// The whole display as an HTML fragment: nothing fetched from elsewhere, and nothing lost where scripts and style sheets are stripped.
    /// </summary>
    /// <returns>The fragment.</returns>
    string ToHtml();
}
