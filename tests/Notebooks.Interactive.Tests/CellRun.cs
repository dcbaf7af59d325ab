using Microsoft.DotNet.Interactive.Events;

namespace AdvNotebooks.Tests;

/// <summary>What a cell did in .NET Interactive.</summary>
/// <param name="Events">Everything the kernel told.</param>
internal sealed record CellRun(IReadOnlyList<KernelEvent> Events)
{
    /// <summary>Why it failed; null when it did not.</summary>
    public string? Failure => Events.OfType<CommandFailed>().FirstOrDefault()?.Message;

    /// <summary>Compiler warnings and what was written to the error stream.</summary>
    public string Warnings => string.Concat(Events.OfType<StandardErrorValueProduced>().SelectMany(e => e.FormattedValues).Select(value => value.Value)
        .Concat(Events.OfType<DiagnosticsProduced>().SelectMany(e => e.FormattedDiagnostics).Select(value => value.Value)));

    /// <summary>The value it ended with, as plain text; null when it ended with none.</summary>
    public string? Value => Events.OfType<ReturnValueProduced>().LastOrDefault()?.Value?.ToString();

    /// <summary>What events of a kind show.</summary>
    public string[] Shown<T>(string mimeType) where T : DisplayEvent =>
        [.. Events.OfType<T>().SelectMany(e => e.FormattedValues).Where(value => value.MimeType == mimeType).Select(value => value.Value)];
}
