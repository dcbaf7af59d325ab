using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>One thing that both benchmark programs measure.</summary>
/// <param name="Key">Its name in their JSON.</param>
/// <param name="Label">What it is, for tables.</param>
/// <param name="Unit"><c>ms</c>, <c>s</c>, <c>MB</c>, or <c>%</c> for a share between 0 and 1.</param>
internal sealed record Figure(string Key, string Label, string Unit)
{
    /// <summary>Whether less is better, so that a ratio says something; an accuracy is only shown.</summary>
    public bool IsCost => Unit != "%";

    /// <summary>A value with its unit.</summary>
    public string Text(double value) => value.ToString(Unit switch { "MB" => "0' MB'", "s" => "0.0' s'", "%" => "0.00%", _ => "0.00' ms'" }, CultureInfo.InvariantCulture);
}
