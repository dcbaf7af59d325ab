using System.Globalization;
using Plotly.NET;
using Plotly.NET.TraceObjects;

namespace AdvLib.Charts;

/// <summary>A robustness report: a lying bar a row with its 95% interval, coloured by the kind of the images.</summary>
internal static class ReportFigure
{
    public static GenericChart Of(RobustnessReport report)
    {
        string[] rows = [.. report.Rows.Select(row => row.Label + (row.Stale ? " *" : ""))];
        EvaluationKind[] kinds = [.. report.Rows.Select(row => row.Evaluation.Kind).Distinct()];
        Trace[] traces = [.. kinds.Select(kind => Bars(report, kind))];
        string epsilon = report.Settings.Epsilon.ToString("G3", CultureInfo.InvariantCulture);
        string stale = report.Rows.Any(row => row.Stale) ? " (* stale: made from an earlier model)" : "";
        var card = new ChartCard(
            $"Robustness on {report.Images}, L-inf epsilon {epsilon}{stale}", [.. kinds.Select(Name)], 760, 560, 36 * rows.Length);
        return card.Of(report, traces,
            ("barmode", "overlay"), ("bargap", 0.3),
            ("xaxis", ChartCard.Axis("accuracy, with its 95% interval").With(("tickformat", ".2~%"), ("range", (double[])[0, 1]))),
            ("yaxis", ChartCard.Names("", rows, 28).With(("range", (double[])[rows.Length - 0.5, -0.5]))));
    }

    private static Trace Bars(RobustnessReport report, EvaluationKind kind)
    {
        (RobustnessRow Row, int Place)[] rows =
            [.. report.Rows.Select((row, place) => (row, place)).Where(entry => entry.row.Evaluation.Kind == kind)];
        return new Trace("bar").With(("name", Name(kind)), ("orientation", "h"), ("y", rows.Select(entry => entry.Place).ToArray()),
            ("x", rows.Select(entry => entry.Row.Evaluation.Accuracy).ToArray()),
            ("marker", new Marker().With(
                ("color", Colour(kind)),
                ("pattern", kind == EvaluationKind.Stale
                    ? new Pattern().With(("shape", "/"), ("fillmode", "overlay"), ("fgcolor", "#ffffff"))
                    : null))),
            ("error_x", new Error().With(("type", "data"), ("symmetric", false), ("color", ChartCard.Ink), ("thickness", 1.5), ("width", 4),
                ("array", rows.Select(entry => entry.Row.Evaluation.Interval.High - entry.Row.Evaluation.Accuracy).ToArray()),
                ("arrayminus", rows.Select(entry => entry.Row.Evaluation.Accuracy - entry.Row.Evaluation.Interval.Low).ToArray()))),
            ("hovertext", rows.Select(entry => Hover(report, entry.Row)).ToArray()), ("hoverinfo", "text"));
    }

    private static string Hover(RobustnessReport report, RobustnessRow row) => string.Create(CultureInfo.InvariantCulture,
        $"<b>{Words.Plain(row.Label)}</b><br>{Name(row.Evaluation.Kind)}, "
            + $"epsilon {(row.Evaluation.Kind == EvaluationKind.Clean ? 0 : report.Settings.Epsilon):G3}<br>accuracy "
            + $"{Words.Number(row.Evaluation.Accuracy, percent: true)} ({row.Evaluation.Interval})<br>mean confidence "
            + $"{Words.Number(row.Evaluation.MeanConfidence, percent: true)}{Words.OnImages(row.Evaluation.Count)}");

    // On black the interval could not be seen.
    private static string Colour(EvaluationKind kind) => SeriesStyle.Of(kind == EvaluationKind.Noise ? 6 : (int)kind).Colour;

    private static string Name(EvaluationKind kind) => kind.ToString().ToLowerInvariant() + (kind == EvaluationKind.Stale ? " *" : "");
}
