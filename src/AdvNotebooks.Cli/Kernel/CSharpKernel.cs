using System.Diagnostics;
using AdvNotebooks.Cli.Packages;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>The C# kernel: carries out a cell's directives, runs its code in one script session, and shows what it gives.</summary>
/// <param name="folder">The notebook's folder, which files in directives are relative to.</param>
internal sealed class CSharpKernel(string folder) : IKernel
{
    private readonly ScriptSession _session = new();
    private readonly HashSet<string> _importing = new(StringComparer.Ordinal);
    private readonly HashSet<PackageReference> _packages = [];
    private readonly HashSet<string> _sources = new(StringComparer.Ordinal);
    private readonly PackageLoader _loader = new();
    private readonly CellThreads _threads = new();

    /// <inheritdoc/>
    public async Task<CellError?> ExecuteAsync(CellRequest cell, Action<KernelEvent> report, CancellationToken cancellation)
    {
        _threads.Begin(cell.Number);
        using (CellOutput.To(new OutputBudget(report).Report))
            return await RunAsync(cell.Source, CellErrors.NameOf(cell.Number), folder);
    }

    /// <inheritdoc/>
    public Task<CellError?> EndAsync() => Task.FromResult(_threads.Left());

    /// <summary>Describes an exception that nothing catches, on the calling thread.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The failure of the cell that started the thread.</returns>
    public CellError Unhandled(Exception exception)
    {
        int? cell = _threads.CurrentCell;
        CellError error = CellErrors.From(exception, cell is { } number ? CellErrors.NameOf(number) : "");
        string message = $"{error.Message} (On a thread of its own{(cell is { } starter ? $", from {CellErrors.NameOf(starter)}" : "")}, "
            + "where nothing catches it.)";
        return error with { Message = message, Traceback = [$"{error.Name}: {message}", .. error.Traceback.Skip(1)], Cell = cell };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _session.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<CellError?> RunAsync(string source, string name, string from)
    {
        try
        {
            IReadOnlyList<CellPart> parts = CellParser.Parse(source);
            // As on .NET Interactive: a cell's packages are there before its code runs.
            foreach (SourcePart feed in parts.OfType<SourcePart>())
                _sources.Add(feed.Source.Contains("://", StringComparison.Ordinal)
                    ? feed.Source
                    : Path.GetFullPath(Path.Combine(from, feed.Source)));
            await AddPackagesAsync([.. parts.OfType<PackagePart>()], from);
            long? timed = null;
            foreach (CellPart part in parts)
            {
                timed ??= part is TimePart ? Stopwatch.GetTimestamp() : null;
                CellError? error = part switch
                {
                    CodePart code => await RunCodeAsync(code, source, name),
                    ImportPart import => await ImportAsync(import, from),
                    ReferencePart reference => AddReference(reference, from),
                    TextPart text => Shown(() => CellTexts.Show(text)),
                    ForeignPart foreign => Shown(() => CellTexts.Skip(foreign)),
                    PackagePart or SourcePart or TimePart => null,
                    _ => throw new InvalidOperationException($"Unknown part {part}."),
                };
                if (error is not null)
                    return error;
            }

            if (timed is { } began)
                CellTexts.Time(Stopwatch.GetElapsedTime(began));
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
        string path = CellImport.Resolve(import, from);
        if (!_importing.Add(path))
            throw new DirectiveException(
                import.Line, $"{import.Path} imports itself.", "no cycle among imported files.", "Remove one of the imports.");
        try
        {
            foreach ((string source, string name) in await CellImport.ReadAsync(import, path))
            {
                if (await RunAsync(source, name, Path.GetDirectoryName(path)!) is { } error)
                    return error with { Line = import.Line };
            }

            return null;
        }
        finally
        {
            _importing.Remove(path);
        }
    }

    private static CellError? Shown(Action show)
    {
        show();
        return null;
    }

    private CellError? AddReference(ReferencePart reference, string from)
    {
        string path = Path.GetFullPath(Path.Combine(from, reference.Path));
        if (File.Exists(path))
            _session.AddReference(path);
        else if (!HostAssemblies.IsFramework(reference.Path))
            throw new DirectiveException(reference.Line, $"Assembly {reference.Path} does not exist.",
                "a file, by absolute path or relative to the notebook's folder.",
                Path.GetFileName(path).StartsWith("Adv", StringComparison.Ordinal)
                    ? "Build once: dotnet build"
                    : "Build it, or correct the path.");
        return null;
    }

    private async Task AddPackagesAsync(PackagePart[] parts, string from)
    {
        PackagePart[] added = [.. parts.Where(part => !IsOwn(part) && _packages.Add(part.Package))];
        if (added.Length == 0)
            return;
        try
        {
            if (_packages.GroupBy(package => package.Id, StringComparer.OrdinalIgnoreCase)
                .FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new PackageException($"{string.Join(" and ", twice)} in one notebook.", "one version of a package.",
                    "Take the same version everywhere, and run from the start.", []);
            // With all that were asked for before, so that what they share keeps one version.
            RestoredPackages restored = await PackageRestore.RunAsync(_packages, _sources, from, CancellationToken.None);
            _session.AddReferences(_loader.Load(restored), restored.Compile);
        }
        catch (PackageException exception)
        {
            _packages.ExceptWith(added.Select(part => part.Package));
            PackagePart at = added.FirstOrDefault(part => exception.Missing.Contains(part.Package.ToString())) ?? added[0];
            throw new DirectiveException(at.Line, exception.Found, exception.Expected, exception.Remedy);
        }
    }

    // What the notebook shares with this process comes from it: another build would be other types under the same names.
    private static bool IsOwn(PackagePart part)
    {
        if (HostAssemblies.Shared.FirstOrDefault(
            assembly => assembly.GetName().Name!.Equals(part.Package.Id, StringComparison.OrdinalIgnoreCase)) is not { } own)
            return false;
        string version = own.GetName().Version!.ToString(3);
        return part.Package.Version is null || part.Package.Version == version
            ? true
            : throw new DirectiveException(part.Line, $"Package {part.Package}.",
                $"version {version}, which this advnb is built with.", "Take that version, or the advnb of the other.");
    }

    private static void ReportWarnings(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (Diagnostic warning in diagnostics.Where(d => d.Severity == DiagnosticSeverity.Warning))
            CellOutput.Report(new StreamEvent("stderr", CellErrors.Describe(warning) + "\n"));
    }
}
