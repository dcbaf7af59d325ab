using AdvLib.Charts;
using Plotly.NET;

namespace AdvLib;

/// <summary>
/// Results as Plotly.NET charts, to hover over, zoom into and filter: end a cell with <c>result.ToPlotly()</c>, or go on styling the
/// chart with Plotly.NET's own methods. Each carries the static picture of its result for pages without scripts;
/// <see cref="PlotlyJs.Loader"/> puts plotly.js into the notebook.
/// </summary>
/// <example><code>
/// curve.Beside("after", ("before", other)).ToPlotly()
/// report.ToPlotly().WithSize(Width: 600)
/// </code></example>
public static class PlotlyCharts
{
    /// <summary>Lines with their bands.</summary>
    /// <param name="chart">The lines.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="DisplayDataException">There is no line.</exception>
    public static GenericChart ToPlotly(this LineChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return LineFigure.Of(chart, chart);
    }

    /// <summary>Bars in groups.</summary>
    /// <param name="chart">The bars.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="DisplayDataException">There are no bars.</exception>
    public static GenericChart ToPlotly(this BarChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return BarFigure.Of(chart, chart);
    }

    /// <summary>A matrix, a confusion matrix for one.</summary>
    /// <param name="map">The matrix.</param>
    /// <returns>The chart.</returns>
    public static GenericChart ToPlotly(this Heatmap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return HeatmapFigure.Of(map, map);
    }

    /// <summary>Pictures, each pixel with its value.</summary>
    /// <param name="grid">The pictures.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="DisplayDataException">There are no pictures.</exception>
    public static GenericChart ToPlotly(this ImageGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return GridFigure.Of(grid);
    }

    /// <summary>Loss and accuracy side by side.</summary>
    /// <param name="curves">The curves.</param>
    /// <returns>The chart; a click on the legend hides a series in both panels.</returns>
    public static GenericChart ToPlotly(this TrainingCurves curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return LineFigure.Of(curves, curves);
    }

    /// <summary>How training went, up to the first loss that is not finite.</summary>
    /// <param name="history">The run.</param>
    /// <returns>The chart; of a run without an epoch to draw, an empty one that says so.</returns>
    public static GenericChart ToPlotly(this TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return history.Curves() is { } curves
            ? LineFigure.Of(history, curves)
            : new ChartCard(history.Title, [], 560, 320, 0).Empty(history, "There is no epoch with a finite loss to draw.");
    }

    /// <summary>The monitor's readings.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <returns>The chart; before the first reading an empty one that says so.</returns>
    public static GenericChart ToPlotly(this OverfittingMonitor monitor)
    {
        ArgumentNullException.ThrowIfNull(monitor);
        return monitor.Chart() is { } chart
            ? LineFigure.Of(monitor, chart)
            : new ChartCard("Accuracy under attack", [], 560, 320, 0).Empty(monitor, "There is no reading yet.");
    }

    /// <summary>Accuracy of each class.</summary>
    /// <param name="evaluation">What was measured.</param>
    /// <returns>The chart.</returns>
    public static GenericChart ToPlotly(this Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        BarChart chart = evaluation.ClassChart();
        return BarFigure.Of(chart, chart);
    }

    /// <summary>Accuracy against epsilon with its 95% intervals.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <returns>The chart.</returns>
    public static GenericChart ToPlotly(this EpsilonSweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return LineFigure.Of(sweep, sweep.Beside(sweep.Attack));
    }

    /// <summary>How many images stand at each epsilon.</summary>
    /// <param name="smallest">The images' smallest epsilons.</param>
    /// <returns>The chart.</returns>
    public static GenericChart ToPlotly(this MinimalEpsilons smallest)
    {
        ArgumentNullException.ThrowIfNull(smallest);
        return LineFigure.Of(smallest, smallest.Chart());
    }

    /// <summary>Accuracy of every model on images made from every model.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <returns>The chart.</returns>
    public static GenericChart ToPlotly(this TransferMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return HeatmapFigure.Of(matrix, matrix.Chart(), (from, on) => matrix[from, on].Count);
    }

    /// <summary>What each attack leaves, with its 95% interval.</summary>
    /// <param name="report">The report.</param>
    /// <returns>The chart; the report's table stands in its place where no script runs.</returns>
    public static GenericChart ToPlotly(this RobustnessReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return ReportFigure.Of(report);
    }

    /// <summary>The chart as every host shows it, for those that do not know how charts are shown.</summary>
    /// <param name="chart">A chart of Plotly.NET, from here or built by hand.</param>
    /// <returns>What a cell may end with.</returns>
    public static ChartView ToVisual(this GenericChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        object? title = GenericChart.getLayout(chart).TryGetPropertyValue("title")?.Value;
        string words = (title is DynamicObj.DynamicObj parts ? parts.TryGetPropertyValue("text")?.Value : title)?.ToString() ?? "";
        return new ChartView(Words.WithoutTags(words), GenericChart.toJson(chart), StaticPicture.Of(chart));
    }
}
