namespace AdvLib;

/// <summary>A sweep's result as it lies in its file: what was measured, or what went wrong.</summary>
internal sealed record SweepFile
{
    public const int CurrentSchema = 1;

    public required int Schema { get; init; }

    public required SweepConfiguration Configuration { get; init; }

    public required double Seconds { get; init; }

    public string? Error { get; init; }

    public Accuracies? Results { get; init; }

    internal sealed record Accuracies
    {
        public required double Clean { get; init; }

        public required double Fgsm { get; init; }

        public required double Pgd { get; init; }
    }
}
