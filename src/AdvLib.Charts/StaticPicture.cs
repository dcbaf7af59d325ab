using Plotly.NET;

namespace AdvLib.Charts;

/// <summary>What stands in a chart's place where no script runs. It goes with the chart through Plotly.NET's own styling.</summary>
/// <param name="Result">The result that the chart was drawn from.</param>
/// <param name="Traces">How many traces it was drawn with: a chart combined of several is no longer that result alone.</param>
/// <param name="Width">The chart's largest width in pixels.</param>
/// <param name="LeastWidth">The width in pixels below which it scrolls instead of shrinking.</param>
internal sealed record StaticPicture(IVisual Result, int Traces, int Width, int LeastWidth)
{
    private const string Property = "advlibPicture";

    /// <summary>Display options that carry the picture.</summary>
    public DisplayOptions Keep() => new DisplayOptions().With((Property, this));

    /// <summary>The picture of a chart.</summary>
    /// <param name="chart">The chart, styled or not.</param>
    /// <returns>The picture; null where the chart was built by hand, or of several.</returns>
    public static StaticPicture? Of(GenericChart chart) =>
        GenericChart.getDisplayOptions(chart).TryGetPropertyValue(Property)?.Value is StaticPicture picture
            && picture.Traces == GenericChart.countTrace(chart) ? picture : null;
}
