using System.Globalization;

namespace AdvLib;

/// <summary>A network layer by layer: kind, output shape and number of parameters.</summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class NetworkSummary : IVisual
{
    private readonly TableView _table;

    internal NetworkSummary(Sequential network)
    {
        _table = new TableView(Invariant($"{network.ParameterCount:N0} parameters, input {network.InputShape}"), "layer", "what it does", "output", "parameters") { Align = "llrr" };
        foreach (Layer layer in network.Layers)
            _table = _table.Row(layer.Name, layer.Details, layer.OutputShape.ToString(), Invariant($"{layer.ParameterCount:N0}"));
    }

    /// <inheritdoc/>
    public string ToHtml() => _table.ToHtml();

    /// <summary>The summary as aligned text.</summary>
    /// <returns>A title and one line a layer.</returns>
    public override string ToString() => _table.ToString();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
