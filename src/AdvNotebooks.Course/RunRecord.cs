using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdvLib;

/// <summary>What <c>run.json</c> holds: what was run, on what, and what it measured. <see cref="RunCard"/> reads and writes it.</summary>
public sealed record RunRecord
{
    /// <summary>The version of the format that this code writes and reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The file's version of the format.</summary>
    public required int Schema { get; init; }

    /// <summary>The run's one seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What everything was measured on.</summary>
    public required RunDataset Dataset { get; init; }

    /// <summary>What the last notebook that noted it computed with; null before any has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Engine { get; init; }

    /// <summary>How many threads that engine computed on; null before any notebook has noted it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? Threads { get; init; }

    /// <summary>The processor and its number of cores.</summary>
    public required string Cpu { get; init; }

    /// <summary>The version of .NET.</summary>
    public required string Dotnet { get; init; }

    /// <summary>The checkout's commit; null outside of one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Commit { get; init; }

    /// <summary>When the run began, UTC, as ISO 8601 writes it.</summary>
    public required string Started { get; init; }

    /// <summary>What all notebooks took together, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>What each notebook took, in seconds, in the order in which they first ran.</summary>
    public required IReadOnlyDictionary<string, double> Notebooks { get; init; }

    /// <summary>Each notebook's settings, by name.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Settings { get; init; }

    /// <summary>What was measured, by name, for example <c>clean_before</c>.</summary>
    public required IReadOnlyDictionary<string, RunResult> Results { get; init; }

    /// <summary>
    /// The networks whose weights lie beside the record, by the name of their file without its ending; null in records of before they
    /// were kept.
    /// </summary>
    public IReadOnlyDictionary<string, RunWeights>? Networks { get; init; }

    /// <summary>The sanity flags of each robustness report, by its name; null where there is no report.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SanityFlag>>? Flags { get; init; }

    /// <summary>The defences that were compared; null where none was.</summary>
    public IReadOnlyList<DefenceRow>? Defences { get; init; }

    /// <summary>The certified trainings; null where there was none.</summary>
    public IReadOnlyList<CertifiedRow>? Certified { get; init; }

    /// <summary>
    /// Whether a number is one of the networks that the record holds now. It is not when the network was trained again since, or the
    /// one that the network or the images were made from.
    /// </summary>
    /// <param name="result">One of <see cref="Results"/>.</param>
    /// <returns>False for a number from another run. Where the record holds no network, every number is current.</returns>
    public bool IsCurrent(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return (result.Weights is null ? Networks is null : IsHeld(result.Weights)) && (result.MadeFrom is null || IsHeld(result.MadeFrom));
    }

    /// <summary>Whether two numbers may stand in one row: both are current, of the same attack, on as many images.</summary>
    /// <param name="one">A number.</param>
    /// <param name="other">Another.</param>
    /// <returns>Whether they belong together.</returns>
    public bool BelongTogether(RunResult one, RunResult other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return IsCurrent(one) && IsCurrent(other) && (one.Epsilon, one.Count) == (other.Epsilon, other.Count);
    }

    /// <summary>Refuses what the types alone do not.</summary>
    /// <exception cref="JsonException">Another schema, an entry that is null, or a number out of range.</exception>
    internal void Check()
    {
        if (Schema != CurrentSchema)
            throw new JsonException($"its schema is {Schema}");
        // Annotations say nothing of what lies in a collection.
        IEnumerable<object?> entries =
            [
                .. Settings.Values, .. Results.Values, .. Networks?.Values ?? [], .. Defences ?? [], .. Certified ?? [],
                .. (Certified ?? []).SelectMany(row => row?.Epochs ?? []),
                .. Flags?.Values ?? [], .. Flags?.Values.SelectMany(flags => flags ?? []) ?? [],
            ];
        if (entries.Contains(null))
            throw new JsonException("an entry of it is null");
        IEnumerable<CountedAccuracy> measured =
            [
                .. Results.Values.Select(result => new CountedAccuracy { Accuracy = result.Accuracy, Count = result.Count }),
                .. (Defences ?? []).SelectMany(row => row.Measured), .. (Certified ?? []).SelectMany(row => row.Measured),
            ];
        if (measured.Any(result => result is not { Accuracy: >= 0 and <= 1, Count: > 0 }))
            throw new JsonException("an accuracy is not within 0 to 1, or of no image");
        IEnumerable<double?> numbers =
            [
                .. Notebooks.Values,
                .. Results.Values.SelectMany(
                    result => (double?[])[result.Loss, result.Low, result.High, result.Confidence, result.Epsilon]),
                .. (Defences ?? []).SelectMany(row => (double?[])[row.Epsilon, row.TrainedAt, row.SquareStarts, row.Seconds]),
                .. (Certified ?? []).SelectMany(row => row.Epochs).SelectMany(epoch => (double?[])[epoch.Seconds, epoch.Score]),
                .. (Certified ?? []).Select(row => (double?)row.Epsilon),
            ];
        if (!numbers.All(number => double.IsFinite(number ?? 0)))
            throw new JsonException("a number of it is too large");
    }

    private bool IsHeld(string weights) => Networks is null || Networks.Values.Any(network =>
        network.Weights == weights
            && (network.TrainedFrom is null || Networks.Values.Any(before => before.Weights == network.TrainedFrom)));
}
