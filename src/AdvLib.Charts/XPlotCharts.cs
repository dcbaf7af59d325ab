using AdvLib.Charts;
using XPlot.Plotly;

namespace AdvLib;

/// <summary>
/// Results as XPlot charts, where XPlot has the chart: lines with bands, bars and matrices. Styled on by XPlot's own methods; shown as
/// Plotly.NET's are, with the same plotly.js and the same static picture.
/// </summary>
public static class XPlotCharts
{
    /// <summary>Lines with their bands.</summary>
    /// <param name="chart">The lines.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="DisplayDataException">There is no line.</exception>
    public static PlotlyChart ToXPlot(this LineChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return XPlotFigure.Of(chart, chart);
    }

    /// <summary>Bars in groups.</summary>
    /// <param name="chart">The bars.</param>
    /// <returns>The chart.</returns>
    /// <exception cref="DisplayDataException">There are no bars.</exception>
    public static PlotlyChart ToXPlot(this BarChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return XPlotFigure.Of(chart, chart);
    }

    /// <summary>A matrix, a confusion matrix for one.</summary>
    /// <param name="map">The matrix.</param>
    /// <returns>The chart.</returns>
    public static PlotlyChart ToXPlot(this Heatmap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return XPlotFigure.Of(map, map);
    }

    /// <summary>Accuracy against epsilon with its 95% intervals.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <returns>The chart.</returns>
    public static PlotlyChart ToXPlot(this EpsilonSweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return XPlotFigure.Of(sweep, sweep.Beside(sweep.Attack));
    }

    /// <summary>How many images stand at each epsilon.</summary>
    /// <param name="smallest">The images' smallest epsilons.</param>
    /// <returns>The chart.</returns>
    public static PlotlyChart ToXPlot(this MinimalEpsilons smallest)
    {
        ArgumentNullException.ThrowIfNull(smallest);
        return XPlotFigure.Of(smallest, smallest.Chart());
    }

    /// <summary>Accuracy of each class.</summary>
    /// <param name="evaluation">What was measured.</param>
    /// <returns>The chart.</returns>
    public static PlotlyChart ToXPlot(this Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return evaluation.ClassChart().ToXPlot();
    }

    /// <summary>Accuracy of every model on images made from every model.</summary>
    /// <param name="matrix">The matrix.</param>
    /// <returns>The chart.</returns>
    public static PlotlyChart ToXPlot(this TransferMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return XPlotFigure.Of(matrix, matrix.Chart(), (from, on) => matrix[from, on].Count);
    }

    /// <summary>The chart as every host shows it, for those that do not know how charts are shown.</summary>
    /// <param name="chart">A chart of XPlot, from here or built by hand.</param>
    /// <returns>What a cell may end with.</returns>
    public static ChartView ToVisual(this PlotlyChart chart)
    {
        ArgumentNullException.ThrowIfNull(chart);
        return XPlotFigure.View(chart);
    }
}
