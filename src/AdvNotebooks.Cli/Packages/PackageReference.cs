namespace AdvNotebooks.Cli.Packages;

/// <summary>A package that a notebook asks for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">The one version wanted; null for the newest.</param>
internal sealed record PackageReference(string Id, string? Version)
{
    /// <summary>Reads what stands behind <c>nuget:</c> in a directive.</summary>
    /// <param name="text">For example <c>XPlot.Plotly, 4.1.0</c>.</param>
    /// <returns>The package; null when the text names none.</returns>
    public static PackageReference? Parse(string text) => text.Split(',', StringSplitOptions.TrimEntries) switch
    {
        [var id] when IsWord(id) => new PackageReference(id, null),
        [var id, var version] when IsWord(id) && IsWord(version) => new PackageReference(id, version == "*" ? null : version),
        _ => null,
    };

    /// <summary>Id and version.</summary>
    /// <returns>For example <c>XPlot.Plotly 4.1.0</c>.</returns>
    public override string ToString() => Version is null ? Id : $"{Id} {Version}";

    // Also keeps XML and MSBuild syntax out of the generated project.
    private static bool IsWord(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '*');
}
