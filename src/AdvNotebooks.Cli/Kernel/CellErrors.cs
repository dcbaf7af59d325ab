using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>Describes what stopped a cell, with the places in the reader's own code and nothing of the machinery below it.</summary>
internal static partial class CellErrors
{
    // A message may be as long as memory is, and a stack as deep as its thread's; nobody reads more than this.
    private const int MessageLength = 10_000;
    private const int TracebackLines = 200;

    /// <summary>What a cell is called in messages, and as the file name of its code.</summary>
    /// <param name="number">Number of the code cell, from 1.</param>
    /// <returns>For example <c>cell [3]</c>, as the executed notebook numbers it.</returns>
    public static string NameOf(int number) => $"cell [{number}]";

    /// <summary>Describes a directive that could not be carried out.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="name">The cell or file it stands in.</param>
    /// <param name="source">That cell's or file's source.</param>
    /// <returns>The error.</returns>
    public static CellError From(DirectiveException exception, string name, string source)
        => new("DirectiveError", exception.Message,
            [$"{name}, line {exception.Line}: {exception.Message}", $"    {LineOf(source, exception.Line)}"], exception.Line);

    /// <summary>Describes code that does not compile.</summary>
    /// <param name="diagnostics">The compiler's diagnostics, at least one of them an error.</param>
    /// <param name="source">The cell's source.</param>
    /// <returns>The error, at the first diagnostic's line.</returns>
    public static CellError From(IEnumerable<Diagnostic> diagnostics, string source)
    {
        Diagnostic[] errors = [.. diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(d => d.Location.SourceSpan.Start)];
        var traceback = new List<string>();
        foreach (Diagnostic error in errors)
        {
            traceback.Add(Describe(error));
            if (!error.Location.IsInSource)
                continue;
            var start = error.Location.GetLineSpan().StartLinePosition;
            string line = LineOf(source, start.Line + 1);
            traceback.Add($"    {line}");
            traceback.Add($"    {new string([.. line[..Math.Min(start.Character, line.Length)].Select(c => c == '\t' ? c : ' ')])}^");
        }

        int? first = errors[0].Location.IsInSource ? errors[0].Location.GetLineSpan().StartLinePosition.Line + 1 : null;
        return new CellError("CompilationError", $"{errors[0].Id}: {errors[0].GetMessage(null)}", traceback, first);
    }

    /// <summary>Describes an exception that the reader's code threw or let through.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="name">The running cell.</param>
    /// <returns>The error, at the innermost line of the running cell.</returns>
    public static CellError From(Exception exception, string name)
    {
        var traceback = new List<string>();
        int? line = null;
        for (Exception? current = exception; current is not null && traceback.Count < TracebackLines; current = current.InnerException)
        {
            traceback.Add($"{(current == exception ? "" : " ---> ")}{current.GetType().Name}: {MessageOf(current)}");
            StackFrame[] frames = new StackTrace(current, fNeedFileInfo: true).GetFrames();
            int last = Array.FindLastIndex(frames, IsUserCode);
            traceback.AddRange(frames.Take(last + 1).Select(Describe).OfType<string>());
            line = frames.FirstOrDefault(frame => frame.GetFileName() == name)?.GetFileLineNumber() ?? line;
        }

        if (traceback.Count > TracebackLines)
            traceback = [.. traceback.Take(TracebackLines),
                string.Create(CultureInfo.InvariantCulture, $"   … and {traceback.Count - TracebackLines} more")];
        return new CellError(exception.GetType().Name, MessageOf(exception), traceback, line);
    }

    /// <summary>Describes a compiler's diagnostic in a line.</summary>
    /// <param name="diagnostic">The diagnostic.</param>
    /// <returns>Place, severity, identity and message.</returns>
    public static string Describe(Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        string place = diagnostic.Location.IsInSource
            ? $"{span.Path}, line {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}: "
            : "";
        return $"{place}{(diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning")} {diagnostic.Id}: "
            + $"{diagnostic.GetMessage(null)}";
    }

    /// <summary>A line of a source text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="line">Number of the line, from 1.</param>
    /// <returns>The line; empty when there is none of this number.</returns>
    public static string LineOf(string source, int line)
    {
        string[] lines = source.ReplaceLineEndings("\n").Split('\n');
        return line >= 1 && line <= lines.Length ? lines[line - 1] : "";
    }

    private static string MessageOf(Exception exception)
    {
        if (exception.GetType() == typeof(OutOfMemoryException))
            return string.Create(CultureInfo.InvariantCulture,
                $"The notebook's process may take {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MB, and has taken all.");
        string message = exception.Message;
        return message.Length <= MessageLength ? message
            : string.Create(CultureInfo.InvariantCulture,
                $"{message.AsSpan(0, MessageLength)} … and {message.Length - MessageLength:N0} characters more");
    }

    private static bool IsUserCode(StackFrame frame) =>
        frame.GetMethod()?.DeclaringType is { } type && Outermost(type).Name.StartsWith("Submission#", StringComparison.Ordinal);

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
            type = outer;
        return type;
    }

    private static string? Describe(StackFrame frame)
    {
        if (frame.GetMethod() is not { DeclaringType: { } type } method || type.IsDefined(typeof(StackTraceHiddenAttribute))
            || method.IsDefined(typeof(StackTraceHiddenAttribute)))
            return null;
        // Compilers hide a method behind names like <Load>d__3.MoveNext or <>c.<Main>b__0.
        string name = CompilerName().Match($"{type.Name}.{method.Name}") is { Success: true } match ? match.Groups[1].Value : method.Name;
        if (!IsUserCode(frame))
            return type.Namespace is "System.Runtime.CompilerServices" or "System.Runtime.ExceptionServices"
                ? null
                : $"   at {DeclaringName(type)}.{name}";
        string place = $"{frame.GetFileName()}, line {frame.GetFileLineNumber()}";
        return name is "<Initialize>" or "" ? $"   at {place}" : $"   at {name} in {place}";
    }

    private static string DeclaringName(Type type)
    {
        while (type.Name.Contains('<', StringComparison.Ordinal) && type.DeclaringType is { } outer)
            type = outer;
        return type.FullName ?? type.Name;
    }

    [GeneratedRegex(@"<(<Initialize>|[\w.]+)>")]
    private static partial Regex CompilerName();
}
