using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What the whole recipe took and gave.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Images">Training images.</param>
/// <param name="Epochs">Epochs of training.</param>
/// <param name="Values">The values of <see cref="Figures.Recipe"/> by key.</param>
internal sealed record RecipeReport(string Engine, int Threads, string Data, int Images, int Epochs, IReadOnlyDictionary<string, double> Values) : IBenchmarkReport
{
    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables
    {
        get
        {
            var table = new TableView(
                string.Create(CultureInfo.InvariantCulture, $"The recipe, {Epochs} epoch{(Epochs == 1 ? "" : "s")} of {Images:N0} images of {Data}: {Engine}, {Threads} threads"), "", "AdvLib");
            foreach (Figure kind in Figures.Recipe)
                table = table.Row(kind.Label, kind.Text(Values[kind.Key]));
            return [table];
        }
    }

    /// <inheritdoc/>
    public string ToJson()
    {
        var json = new JsonObject { ["engine"] = Engine, ["threads"] = Threads, ["dataset"] = Data, ["images"] = Images, ["epochs"] = Epochs };
        foreach (Figure kind in Figures.Recipe)
            json[kind.Key] = Math.Round(Values[kind.Key], 4);
        return json.ToJsonString(BenchmarkReport.Indented);
    }
}
