namespace AdvLib;

/// <summary>
/// A visual that is one SVG picture. <see cref="PictureMarkup.InHtml"/> makes its HTML, and its attribute asks for both
/// forms, because some pages show only the one: <c>[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes =
/// ["text/html", "image/svg+xml", "text/plain"])]</c>.
/// </summary>
public interface IPicture : IVisual
{
    /// <summary>The picture as a self-contained SVG document: every style an attribute, no ids, so that many fit on one page.</summary>
    /// <returns>The SVG element.</returns>
    string ToSvg();
}
