using System.IO.Compression;
using AdvLib.Charts;
using Plotly.NET;

namespace AdvLib;

/// <summary>
/// plotly.js, as Plotly.NET's package holds it: end a cell with <see cref="Loader"/> once a notebook, before its first chart, and charts
/// are drawn without a network. The page keeps it, so a saved notebook draws them when it is opened again.
/// </summary>
/// <example><code>
/// #!import charts.csx
/// PlotlyJs.Loader
/// </code></example>
public static class PlotlyJs
{
    private const string Resource = "Plotly.NET.plotly-2.28.0.min.js";
    private static readonly Lazy<string> Script = new(
        () => Assets.Read("PlotlyJs.js").Replace("{{plotly}}", Convert.ToBase64String(Compress(Source)), StringComparison.Ordinal));

    /// <summary>What puts plotly.js into the page: a line that says so, and the script, compressed, 1.4 MB.</summary>
    public static IVisual Loader { get; } = new PlotlyLoader();

    /// <summary>plotly.js itself, minified, 3.6 MB: for pages that hold it in a way of their own.</summary>
    public static string Source
    {
        get
        {
            using var reader = new StreamReader(typeof(GenericChart).Assembly.GetManifestResourceStream(Resource)
                ?? throw new InvalidOperationException($"Plotly.NET {typeof(GenericChart).Assembly.GetName().Version} holds no {Resource}. "
                    + "Expected: version 6.0.0. Restore that version."));
            return reader.ReadToEnd();
        }
    }

    private static byte[] Compress(string text)
    {
        using var bytes = new MemoryStream();
        using (var writer = new StreamWriter(new GZipStream(bytes, CompressionLevel.SmallestSize)))
            writer.Write(text);
        return bytes.ToArray();
    }

    [TypeFormatterSource(typeof(VisualFormatters))]
    private sealed class PlotlyLoader : IVisual
    {
        // Some hosts do not wrap a line of plain text.
        private const string Note = "plotly.js 2.28.0 is part of this page: its charts can be played with.";

        private const string Explanation = "It comes from Plotly.NET's package: rest on a point to read it, drag to zoom, click on the "
            + "legend to hide a curve, without a network. Where a page runs no scripts, the charts' pictures stay.";

        public string ToHtml() => $"<div class=\"advlib-plotlyjs\"><p>{Note} {Explanation}</p><script>{Script.Value}</script></div>";

        public override string ToString() => Note;
    }
}
