namespace AdvLib;

/// <summary>
/// A visual that is one SVG picture. Its attribute asks for the picture itself, because repository pages strip SVG out of HTML outputs:
/// <c>[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]</c>.
/// </summary>
public interface IPicture : IVisual
{
    /// <summary>The picture as a self-contained SVG document: every style an attribute, no ids, so that many fit on one page.</summary>
    /// <returns>The SVG element.</returns>
    string ToSvg();
}
