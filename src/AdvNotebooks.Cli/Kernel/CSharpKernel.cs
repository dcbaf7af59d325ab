using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>The C# kernel: carries out a cell's directives, runs its code in one script session, and shows what it gives.</summary>
/// <param name="folder">The notebook's folder, which files in directives are relative to.</param>
internal sealed class CSharpKernel(string folder) : IKernel
{
    private readonly ScriptSession _session = new();
    private readonly HashSet<string> _importing = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<CellError?> ExecuteAsync(CellRequest cell, Action<KernelEvent> report, CancellationToken cancellation)
    {
        using (CellOutput.To(report))
            return await RunAsync(cell.Source, CellErrors.NameOf(cell.Number), folder);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<CellError?> RunAsync(string source, string name, string from)
    {
        try
        {
            foreach (CellPart part in CellParser.Parse(source))
            {
                CellError? error = part switch
                {
                    CodePart code => await RunCodeAsync(code, source, name),
                    ImportPart import => await ImportAsync(import, from),
                    ReferencePart reference => AddReference(reference, from),
                    PackagePart package => throw new DirectiveException(package.Line, $"The notebook needs package {package.Package}.",
                        "assemblies referenced by path.", "advnb does not restore packages; open the notebook in a host that does."),
                    _ => throw new InvalidOperationException($"Unknown part {part}."),
                };
                if (error is not null)
                    return error;
            }

            return null;
        }
        catch (DirectiveException exception)
        {
            return CellErrors.From(exception, name, source);
        }
    }

    private async Task<CellError?> RunCodeAsync(CodePart part, string source, string name)
    {
        SubmissionResult result;
        try
        {
            result = await _session.RunAsync(part.Code, name, diagnostics => ReportWarnings(diagnostics));
        }
        catch (CompilationErrorException exception)
        {
            return CellErrors.From(exception.Diagnostics, source);
        }

        if (result.Exception is not null)
            return CellErrors.From(result.Exception, name);
        if (!result.HasValue)
            return null;
        try
        {
            CellOutput.Report(new ResultEvent(OutputFormatter.Format(result.Value)));
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Formatting runs the value's own code: properties, ToString, formatters.
            return CellErrors.From(exception, name);
        }
    }

    private async Task<CellError?> ImportAsync(ImportPart import, string from)
    {
        string path = Path.GetFullPath(Path.Combine(from, import.Path));
        string name = Path.GetFileName(path);
        if (Path.GetExtension(path) is not (".csx" or ".cs"))
            throw new DirectiveException(import.Line, $"Cannot import {import.Path}.", "a C# script or source file (.csx, .cs).", "Import another file.");
        if (!File.Exists(path))
        {
            throw name == "setup.csx"
                ? new DirectiveException(import.Line, "setup.csx does not exist.", "the file that building AdvLib writes beside the notebooks.", "Build AdvLib: dotnet build src/AdvLib")
                : new DirectiveException(import.Line, $"{import.Path} does not exist.", "a file, relative to the importing file's folder.", "Correct the name.");
        }

        if (!_importing.Add(path))
            throw new DirectiveException(import.Line, $"{import.Path} imports itself.", "no cycle among imported files.", "Remove one of the imports.");
        try
        {
            CellError? error = await RunAsync(await File.ReadAllTextAsync(path), name, Path.GetDirectoryName(path)!);
            return error is null ? null : error with { Line = import.Line };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DirectiveException(import.Line, $"{import.Path} cannot be read: {exception.Message}", "a readable file.", "Check the file.");
        }
        finally
        {
            _importing.Remove(path);
        }
    }

    private CellError? AddReference(ReferencePart reference, string from)
    {
        string path = Path.GetFullPath(Path.Combine(from, reference.Path));
        if (File.Exists(path))
            _session.AddReference(path);
        else if (!HostAssemblies.IsFramework(reference.Path))
            throw new DirectiveException(reference.Line, $"Assembly {reference.Path} does not exist.", "a file, by absolute path or relative to the notebook's folder.",
                Path.GetFileName(path) == "AdvLib.dll" ? "Build AdvLib: dotnet build src/AdvLib" : "Build it, or correct the path.");
        return null;
    }

    private static void ReportWarnings(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (Diagnostic warning in diagnostics.Where(d => d.Severity == DiagnosticSeverity.Warning))
            CellOutput.Report(new StreamEvent("stderr", CellErrors.Describe(warning) + "\n"));
    }
}
