using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What more threads and more images do to the time.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Processor">The machine's processor.</param>
/// <param name="Steps">A training step's milliseconds, by threads; first on one.</param>
/// <param name="Passes">Milliseconds of one pass over so many images, on the most threads.</param>
internal sealed record ScalingReport(
    string Engine, string Processor, IReadOnlyList<(int Threads, Measure Step)> Steps, IReadOnlyList<(int Images, double TrainMilliseconds, double EvaluationMilliseconds)> Passes)
    : IBenchmarkReport
{
    /// <inheritdoc/>
    public IReadOnlyList<TableView> Tables
    {
        get
        {
            static string Text(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
            var threads = new TableView($"Training step, batch of 64: {Engine}, {Processor}", "threads", "median ms", "10% - 90%", "times as fast as on 1") { Align = "rrrr" };
            foreach ((int count, Measure step) in Steps)
                threads = threads.Row(Text("0", count), Text("0.00", step.Median), $"{Text("0.00", step.Low)} - {Text("0.00", step.High)}", Text("0.00", Speedup(step)));
            var images = new TableView($"One pass: {Engine}, {Text("0", Steps[^1].Threads)} threads, {Processor}", "images", "training s", "us an image", "evaluation s", "us an image") { Align = "rrrrr" };
            foreach ((int count, double train, double evaluation) in Passes)
                images = images.Row(Text("#,0", count), Text("0.000", train / 1e3), Text("0.0", 1e3 * train / count), Text("0.000", evaluation / 1e3), Text("0.0", 1e3 * evaluation / count));
            return [threads, images];
        }
    }

    /// <inheritdoc/>
    public string ToJson() => new JsonObject
    {
        ["engine"] = Engine,
        ["processor"] = Processor,
        ["threads"] = new JsonArray([.. Steps.Select(entry => new JsonObject
        {
            ["threads"] = entry.Threads, ["train_step_ms"] = Math.Round(entry.Step.Median, 3), ["speedup"] = Math.Round(Speedup(entry.Step), 3),
        })]),
        ["passes"] = new JsonArray([.. Passes.Select(pass => new JsonObject
        {
            ["images"] = pass.Images,
            ["train_us_per_image"] = Math.Round(1e3 * pass.TrainMilliseconds / pass.Images, 2),
            ["eval_us_per_image"] = Math.Round(1e3 * pass.EvaluationMilliseconds / pass.Images, 2),
        })]),
    }.ToJsonString(BenchmarkReport.Indented);

    private double Speedup(Measure step) => Steps[0].Step.Median / step.Median;
}
