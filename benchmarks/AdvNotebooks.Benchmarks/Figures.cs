using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Benchmarks;

/// <summary>What one run of one engine measured, as both benchmark programs print it.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Values">Medians by key.</param>
internal sealed record Figures(string Engine, IReadOnlyDictionary<string, double> Values)
{
    private static readonly Figure Peak = new("peak_rss_mb", "peak memory", "MB");

    /// <summary>What <c>advnb bench</c> measures.</summary>
    public static IReadOnlyList<Figure> Steps { get; } =
    [
        new("train_step_ms", "training step, batch of 64", "ms"),
        new("mixed_step_ms", "mixed step, half of it FGSM", "ms"),
        new("eval10k_ms", "evaluating 10,000 images", "ms"),
        new("fgsm10k_ms", "FGSM on 10,000 images", "ms"),
        Peak,
    ];

    /// <summary>What it measures of a runtime that only evaluates.</summary>
    public static IReadOnlyList<Figure> Inference { get; } = [Steps[2], Peak];

    /// <summary>What <c>advnb bench --recipe</c> measures.</summary>
    public static IReadOnlyList<Figure> Recipe { get; } =
    [
        new("recipe_s", "the whole recipe", "s"),
        new("training_s", "of it training", "s"),
        new("fine_tuning_s", "of it fine-tuning", "s"),
        Peak,
        new("clean_before", "clean before", "%"),
        new("fgsm_before", "FGSM before", "%"),
        new("clean_after", "clean after", "%"),
        new("stale_after", "stale after", "%"),
        new("fresh_after", "fresh FGSM after", "%"),
    ];

    /// <summary>The highest resident memory of this process so far, in MB.</summary>
    public static double PeakMegabytes()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    /// <summary>Reads a program's output.</summary>
    /// <param name="kinds">What it measures.</param>
    /// <param name="program">The program, for the message.</param>
    /// <param name="output">All it printed.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">It is not JSON, or a figure is missing or impossible.</exception>
    public static Figures Parse(IReadOnlyList<Figure> kinds, string program, string output)
    {
        const string Remedy = "Start that program by itself to see what it does.";
        try
        {
            JsonNode? json = JsonNode.Parse(output);
            var values = new Dictionary<string, double>();
            foreach (Figure kind in kinds)
            {
                double value = (double?)json?[kind.Key] ?? -1;
                if (!(value > 0 || (value == 0 && !kind.IsCost)))
                    throw new BenchmarkException($"{program} printed no {kind.Key}.", "a positive number.", Remedy);
                values[kind.Key] = value;
            }

            return new Figures((string?)json!["engine"] ?? program, values);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw new BenchmarkException($"{program} printed \"{Shorten(output)}\".", "one JSON object with its figures.", Remedy, wrong);
        }
    }

    private static string Shorten(string text) => text.Trim() is { Length: > 200 } tooLong ? tooLong[..200] + "..." : text.Trim();
}
