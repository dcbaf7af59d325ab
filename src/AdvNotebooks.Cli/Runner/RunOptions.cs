namespace AdvNotebooks.Cli.Runner;

/// <summary>What <c>advnb run</c> was asked for.</summary>
internal sealed record RunOptions
{
    /// <summary>Notebooks by path, stem or the start of a stem; none means the recipe, 01 to 05.</summary>
    public IReadOnlyList<string> Notebooks { get; init; } = [];

    /// <summary>Whether to run the whole numbered course.</summary>
    public bool All { get; init; }

    /// <summary>Whether to use the notebooks' own values for a small budget.</summary>
    public bool Quick { get; init; }

    /// <summary>Parameter names and values; a later one of the same name wins.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; } = [];

    /// <summary>Folder of the executed copies; null for <c>notebooks</c> under the artifacts.</summary>
    public string? Output { get; init; }

    /// <summary>Whether to go on where an interrupted run stopped.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to go on with the next notebook when one fails.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Time a cell may take; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Managed memory that a notebook's process may take, in MB of 2^20 bytes; null for no limit but the machine's.</summary>
    public int? Memory { get; init; }
}
