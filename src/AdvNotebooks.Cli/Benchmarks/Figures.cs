using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>What one run of one engine measured, as both benchmark programs print it.</summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Values">Median milliseconds, and megabytes, by key.</param>
internal sealed record Figures(string Engine, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Key of the highest resident memory of the process, in MB.</summary>
    public const string PeakMemory = "peak_rss_mb";

    /// <summary>The keys that both programs print, with what they measure.</summary>
    public static IReadOnlyList<(string Key, string Label)> Keys { get; } =
    [
        ("train_step_ms", "training step, batch of 64"),
        ("mixed_step_ms", "mixed step, half of it FGSM"),
        ("eval10k_ms", "evaluating 10,000 images"),
        ("fgsm10k_ms", "FGSM on 10,000 images"),
        (PeakMemory, "peak memory"),
    ];

    /// <summary>Reads a program's output.</summary>
    /// <param name="program">The program, for the message.</param>
    /// <param name="output">All it printed.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">It is not JSON, or a figure is missing or not positive.</exception>
    public static Figures Parse(string program, string output)
    {
        const string Remedy = "Start that program by itself to see what it does.";
        try
        {
            JsonNode? json = JsonNode.Parse(output);
            var values = Keys.ToDictionary(row => row.Key, row => (double?)json?[row.Key] ?? 0);
            foreach ((string key, double value) in values)
            {
                if (!(value > 0))
                    throw new BenchmarkException($"{program} printed no {key}.", "a positive number.", Remedy);
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
