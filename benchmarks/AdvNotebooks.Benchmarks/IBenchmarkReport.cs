namespace AdvNotebooks.Benchmarks;

/// <summary>What a benchmark measured, for people and for programs.</summary>
public interface IBenchmarkReport
{
    /// <summary>The figures as tables.</summary>
    IReadOnlyList<TableView> Tables { get; }

    /// <summary>What the reader should know besides; null where there is nothing.</summary>
    string? Remark => null;

    /// <summary>The figures as one JSON object.</summary>
    string ToJson();
}
