namespace AdvNotebooks.Cli.Benchmarks;

/// <summary>What a benchmark measured, for people and for programs.</summary>
internal interface IBenchmarkReport
{
    /// <summary>The figures as tables.</summary>
    IReadOnlyList<TableView> Tables { get; }

    /// <summary>The figures as one JSON object.</summary>
    string ToJson();
}
