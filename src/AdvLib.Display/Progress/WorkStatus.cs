using System.Globalization;

namespace AdvLib;

/// <summary>A running computation as a display: a bar and a line.</summary>
/// <param name="progress">Where it stands.</param>
[TypeFormatterSource(typeof(VisualFormatters))]
internal sealed class WorkStatus(WorkProgress progress) : IVisual
{
    /// <inheritdoc/>
    public string ToHtml()
    {
        string bar = progress.Ended ? "" : string.Create(CultureInfo.InvariantCulture, $"<progress value=\"{progress.Share:0.000}\" max=\"1\"></progress> ");
        return $"<p style=\"margin:2px 12px\">{bar}{Show.Escape(ToString())}</p>";
    }

    /// <summary>What runs, and how far it is.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{progress.Title}, {progress.Detail}";
}
