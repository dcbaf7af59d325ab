using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Packages;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A Jupyter notebook (nbformat 4) in C#. Members it does not know, and the order of all, stay as they are.</summary>
internal sealed class Notebook
{
    private readonly JsonObject _root;
    private readonly List<NotebookCell> _cells;
    private readonly bool _hasIds;

    private Notebook(string path, JsonObject root, List<NotebookCell> cells)
    {
        Path = path;
        _root = root;
        _cells = cells;
        _hasIds = (int?)root["nbformat_minor"] >= 5;
    }

    /// <summary>Full path of the file it was read from.</summary>
    public string Path { get; }

    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The name of its executed copy: a notebook in another format is written as <c>.ipynb</c>, which keeps outputs.</summary>
    public string CopyName => System.IO.Path.ChangeExtension(Name, ".ipynb");

    /// <summary>Where a copy in the notebook's own folder would be: for an <c>.ipynb</c> the notebook itself.</summary>
    public string CopyPath => System.IO.Path.ChangeExtension(Path, ".ipynb");

    /// <summary>All cells, in order.</summary>
    public IReadOnlyList<NotebookCell> Cells => _cells;

    /// <summary>The cells to execute: code that is not blank, and that no tag keeps from being executed.</summary>
    public IReadOnlyList<NotebookCell> CodeCells =>
        [.. _cells.Where(cell => cell.IsCode && !string.IsNullOrWhiteSpace(cell.Source) && !cell.IsLeftOut)];

    /// <summary>The values for a run on a small budget, from the notebook's own metadata: parameter name to value.</summary>
    public IReadOnlyDictionary<string, string> QuickValues { get; private init; } = new Dictionary<string, string>();

    /// <summary>The packages it needs, by its own metadata; a feed without them is no failure of the notebook.</summary>
    public IReadOnlyList<PackageReference> Packages { get; private init; } = [];

    /// <summary>Reads and checks a notebook.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The notebook.</returns>
    /// <exception cref="NotebookException">The file cannot be read, or is not a C# notebook of nbformat 4.</exception>
    public static Notebook Load(string path)
    {
        string name = System.IO.Path.GetFileName(path);
        try
        {
            ReadOnlySpan<byte> content = NotebookText.WithoutMark(File.ReadAllBytes(path), name);
            JsonNode? json = DibFile.Is(path)
                ? DibFile.ToNotebook(Encoding.UTF8.GetString(content))
                : JsonNode.Parse(content, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            Notebook notebook = Read(System.IO.Path.GetFullPath(path), name, json);

            // Text that is no Unicode shows only when it is used: better now than when the executed copy is saved.
            _ = NotebookText.Serialize(notebook._root);
            return notebook;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotebookException($"Notebook {path} does not exist.", "an .ipynb or .dib file.", "Correct the name.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"Notebook {path} cannot be read: {exception.Message}", "a readable .ipynb file.",
                "Check the file's permissions.", exception);
        }
        catch (JsonException exception)
        {
            throw new NotebookException($"{name} is not JSON: {exception.Message}", "a Jupyter notebook (.ipynb, nbformat 4).",
                "Restore the file, or save it again from an editor.", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw Malformed(name, exception.Message, exception);
        }
    }

    /// <summary>Puts in a code cell: where one with the same tag stands already, wherever that is, else behind another cell.</summary>
    /// <param name="after">The cell to follow where there is none with this tag.</param>
    /// <param name="tag">The new cell's tag, and its identity.</param>
    /// <param name="source">The new cell's text.</param>
    public void Inject(NotebookCell after, string tag, string source)
    {
        JsonArray cells = _root["cells"]!.AsArray();
        int index = _cells.FindIndex(cell => cell.Tags.Contains(tag));
        for (int last; (last = _cells.FindLastIndex(cell => cell.Tags.Contains(tag))) >= 0;)
        {
            cells.RemoveAt(last);
            _cells.RemoveAt(last);
        }

        if (index < 0)
            index = _cells.IndexOf(after) + 1;
        var (cell, json) = NotebookCell.Create(_hasIds ? tag : null, tag, source);
        cells.Insert(index, json);
        _cells.Insert(index, cell);
    }

    /// <summary>Writes the notebook, either whole or not at all, so that VS Code opens it unchanged.</summary>
    /// <param name="path">The file to write or replace.</param>
    public void Save(string path)
    {
        PolyglotMetadata.Complete(_root);
        byte[] content = NotebookText.Serialize(_root);
        AtomicFile.Write(path, file => file.Write(content));
    }

    private static Notebook Read(string path, string name, JsonNode? json)
    {
        if (json is not JsonObject root || root["nbformat"] is not JsonValue format)
            throw Malformed(name, "no member \"nbformat\"");
        if ((int)format != 4)
            throw Malformed(name, $"nbformat {format}");
        if (root["cells"] is not JsonArray { Count: > 0 } array)
            throw Malformed(name, "no cells");
        JsonNode? metadata = root["metadata"];
        string? language = (string?)metadata?["kernelspec"]?["language"] ?? (string?)metadata?["language_info"]?["name"]
            ?? (string?)metadata?["kernelspec"]?["name"];
        if (!IsCSharp(language))
            throw new NotebookException($"{name} is a notebook in {language ?? "no stated language"}.",
                "a C# notebook (kernelspec \".net-csharp\", language \"C#\").", "Choose a C# notebook.");

        List<NotebookCell> cells = [.. array.Select(NotebookCell.Read)];
        return new Notebook(path, root, cells)
        {
            QuickValues = ReadQuickValues(metadata?["advnotebooks"]?["quick"]),
            Packages = [.. (metadata?["advnotebooks"]?["packages"]?.AsArray() ?? []).Select(package =>
                PackageReference.Parse((string?)package ?? "")
                    ?? throw Malformed(name, $"package \"{package}\" in metadata.advnotebooks"))],
        };
    }

    // As text, like values from the command line; arrays as their items with commas between.
    private static Dictionary<string, string> ReadQuickValues(JsonNode? quick)
        => quick?.AsObject().ToDictionary(
            entry => entry.Key,
            entry => entry.Value is JsonArray array ? string.Join(',', array.Select(Item)) : entry.Value?.ToString() ?? "null") ?? [];

    // A string that holds a comma needs its quotes.
    private static string? Item(JsonNode? item)
        => item is JsonValue value && value.TryGetValue(out string? text) && text.AsSpan().IndexOfAny(",\"") >= 0
            ? value.ToJsonString()
            : item?.ToString();

    private static bool IsCSharp(string? language) =>
        CellLanguage.IsCSharp(language) || language?.ToUpperInvariant() is ".NET-CSHARP" or "POLYGLOT-NOTEBOOK";

    private static NotebookException Malformed(string name, string what, Exception? inner = null)
        => new($"{name} is not a notebook that advnb can run: {what}.", "a Jupyter notebook of nbformat 4 with cells.",
            "Save it as .ipynb from a current notebook editor.", inner);
}
