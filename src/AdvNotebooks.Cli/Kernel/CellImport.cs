using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>The files that <c>#!import</c> and <c>#load</c> name: C# scripts, and notebooks, whose cells run one after the other.</summary>
internal static class CellImport
{
    private static readonly string[] Scripts = [".csx", ".cs"];
    private static readonly string[] Notebooks = [".ipynb", ".dib"];

    /// <summary>What building the solution writes beside the notebooks; building advnb alone writes the first two.</summary>
    public static IReadOnlyList<string> Built { get; } = ["built.csx", "charts.csx", "torchsharp.csx", "onnx.csx"];

    /// <summary>Finds a file.</summary>
    /// <param name="import">The directive.</param>
    /// <param name="from">Folder that the name is relative to.</param>
    /// <returns>The file's full path.</returns>
    /// <exception cref="DirectiveException">It is not there, or nothing that can be imported.</exception>
    public static string Resolve(ImportPart import, string from)
    {
        string path = Path.GetFullPath(Path.Combine(from, import.Path));
        if (!Scripts.Concat(Notebooks).Contains(Path.GetExtension(path)))
        {
            throw new DirectiveException(
                import.Line, $"Cannot import {import.Path}.", "a C# script or source file (.csx, .cs), or a notebook (.ipynb, .dib).",
                "Import another file.");
        }

        if (File.Exists(path))
            return path;
        throw Built.Contains(Path.GetFileName(path))
            ? new DirectiveException(
                import.Line, $"{import.Path} does not exist.", "a file that building writes beside the notebooks.",
                "Build once: dotnet build")
            : new DirectiveException(
                import.Line, $"{import.Path} does not exist.", "a file, relative to the importing file's folder.", "Correct the name.");
    }

    /// <summary>Reads a file.</summary>
    /// <param name="import">The directive.</param>
    /// <param name="path">The file.</param>
    /// <returns>What to run, in order: source, and what to call it in messages.</returns>
    /// <exception cref="DirectiveException">It cannot be read, or is no notebook in C#.</exception>
    public static async Task<IReadOnlyList<(string Source, string Name)>> ReadAsync(ImportPart import, string path)
    {
        string name = Path.GetFileName(path);
        try
        {
            return Notebooks.Contains(Path.GetExtension(path))
                ? [.. Notebook.Load(path).CodeCells.Select((cell, i) => (cell.Program, $"{name}, {CellErrors.NameOf(i + 1)}"))]
                : [(await File.ReadAllTextAsync(path), name)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DirectiveException(
                import.Line, $"{import.Path} cannot be read: {exception.Message}", "a readable file.", "Check the file.");
        }
        catch (NotebookException exception)
        {
            throw new DirectiveException(
                import.Line, $"{import.Path} cannot be imported. {exception.Message}", "a notebook in C#.", "Check the file.");
        }
    }
}
