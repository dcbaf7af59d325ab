namespace AdvLib;

/// <summary>The bars of one name in a <see cref="BarChart"/>.</summary>
/// <param name="Name">Their name in the legend.</param>
/// <param name="Values">One finite value a category.</param>
/// <param name="Images">Number of images that each value was measured on, one a category; null where it is not of images.</param>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values, IReadOnlyList<int>? Images = null);
