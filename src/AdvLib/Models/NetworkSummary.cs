using System.Globalization;
using System.Text;

namespace AdvLib;

/// <summary>A network layer by layer: kind, output shape and number of parameters.</summary>
public sealed class NetworkSummary
{
    private readonly Sequential _network;

    internal NetworkSummary(Sequential network) => _network = network;

    /// <summary>The summary as aligned text.</summary>
    /// <returns>One line a layer, and the totals.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"layer",-26}{"",-32}{"output",-12}{"parameters",12}");
        foreach (Layer layer in _network.Layers)
            text.AppendLine(CultureInfo.InvariantCulture, $"{layer.Name,-26}{layer.Details,-32}{layer.OutputShape,-12}{layer.ParameterCount,12:N0}");
        text.Append(CultureInfo.InvariantCulture, $"{_network.ParameterCount:N0} parameters");
        return text.ToString();
    }
}
