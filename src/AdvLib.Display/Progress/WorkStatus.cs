using System.Globalization;

namespace AdvLib;

/// <summary>A running computation as a display: a bar and a line.</summary>
/// <param name="progress">Where it stands.</param>
[TypeFormatterSource(typeof(VisualFormatters))]
internal sealed class WorkStatus(WorkProgress progress) : IVisual
{
    /// <summary>Whether the reader has stopped it.</summary>
    public bool Stopped { get; init; }

    /// <inheritdoc/>
    public string ToHtml()
    {
        string bar = progress.Ended || Stopped ? ""
            : string.Create(CultureInfo.InvariantCulture, $"<progress value=\"{progress.Share:0.000}\" max=\"1\"></progress> ");
        return $"<p style=\"margin:2px 12px\">{bar}{Show.Escape(ToString())}</p>";
    }

    /// <summary>What runs, and how far it is.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => Stopped
        ? string.Create(CultureInfo.InvariantCulture, $"{progress.Title}: stopped at {100 * progress.Share:0}%")
        : $"{progress.Title}, {progress.Detail}";
}
