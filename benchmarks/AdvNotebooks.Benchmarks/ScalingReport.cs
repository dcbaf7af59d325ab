using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What more threads and more images do to the time.</summary>
/// <param name="Engine">The engine.</param>
/// <param name="Processor">The machine's processor.</param>
/// <param name="Steps">A training step's milliseconds, by threads; first on one.</param>
/// <param name="Passes">Passes over more and more images, on the most threads.</param>
/// <param name="Larger">Steps of larger networks, on the most threads.</param>
/// <param name="PeakGigaflops">The most these threads can do, in GFLOP/s.</param>
internal sealed record ScalingReport(
    string Engine, string Processor, IReadOnlyList<(int Threads, Measure Step)> Steps, IReadOnlyList<ImagePass> Passes,
    IReadOnlyList<LargerWork> Larger, double PeakGigaflops)
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
            var images = new TableView($"One pass: {Engine}, {Text("0", Steps[^1].Threads)} threads, {Processor}", "images", "training s", "us an image", "evaluation s", "us an image", "held MB") { Align = "rrrrrr" };
            foreach (ImagePass pass in Passes)
            {
                images = images.Row(
                    Text("#,0", pass.Images), Text("0.000", pass.TrainMilliseconds / 1e3), Text("0.0", pass.TrainMicroseconds),
                    Text("0.000", pass.EvaluationMilliseconds / 1e3), Text("0.0", pass.EvaluationMicroseconds), Text("0.0", pass.Bytes / 1e6));
            }

            var larger = new TableView($"Training step, batch of 64: {Engine}, {Text("0", Steps[^1].Threads)} threads, {Processor}", "network", "median ms", "10% - 90%", "MFLOP", "GFLOP/s", "of peak", "held MB") { Align = "lrrrrrr" };
            foreach (LargerWork work in Larger)
            {
                larger = larger.Row(
                    work.Name, Text("0.00", work.Step.Median), $"{Text("0.00", work.Step.Low)} - {Text("0.00", work.Step.High)}", Text("#,0", work.Flop / 1e6),
                    Text("0", work.Gigaflops), Text("0%", work.Gigaflops / PeakGigaflops), Text("0", work.Bytes / 1e6));
            }

            return [threads, images, larger.Note($"Peak: {Text("0", PeakGigaflops)} GFLOP/s, measured before and after. Held: network, optimizer and batch buffers.")];
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
            ["train_us_per_image"] = Math.Round(pass.TrainMicroseconds, 2),
            ["eval_us_per_image"] = Math.Round(pass.EvaluationMicroseconds, 2),
            ["held_bytes"] = pass.Bytes,
        })]),
        ["peak_gflops"] = Math.Round(PeakGigaflops, 1),
        ["larger"] = new JsonArray([.. Larger.Select(work => new JsonObject
        {
            ["network"] = work.Name, ["train_step_ms"] = Math.Round(work.Step.Median, 3), ["flop"] = work.Flop, ["held_bytes"] = work.Bytes,
        })]),
    }.ToJsonString(BenchmarkReport.Indented);

    private double Speedup(Measure step) => Steps[0].Step.Median / step.Median;
}
