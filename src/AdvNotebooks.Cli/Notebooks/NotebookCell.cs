using System.Text.Json.Nodes;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A cell of a notebook: a view of its JSON object, whose other members stay as they are.</summary>
internal sealed class NotebookCell
{
    private readonly JsonObject _json;

    private NotebookCell(JsonObject json, string source)
    {
        _json = json;
        Source = source;
    }

    /// <summary>Whether the cell holds code to execute; else it is prose or raw text.</summary>
    public bool IsCode => (string?)_json["cell_type"] == "code";

    /// <summary>Whether the cell holds prose in Markdown.</summary>
    public bool IsProse => (string?)_json["cell_type"] == "markdown";

    /// <summary>The cell's text.</summary>
    public string Source { get; }

    /// <summary>The results of the last execution, in nbformat; none for prose.</summary>
    public IEnumerable<JsonObject> Outputs => (_json["outputs"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>The cell's identity; null before nbformat 4.5.</summary>
    public string? Id => (string?)_json["id"];

    /// <summary>The cell's tags.</summary>
    public IEnumerable<string> Tags =>
        (_json["metadata"]?["tags"] as JsonArray ?? []).Select(tag => (string?)tag ?? throw new FormatException("a tag that is no string"));

    /// <summary>Whether a failure of the cell is meant: the run goes on behind it. The tag is Jupyter's.</summary>
    public bool MayFail => Tags.Contains("raises-exception");

    /// <summary>Whether the cell is not to be executed. The tag is Jupyter's.</summary>
    public bool IsLeftOut => Tags.Contains("skip-execution");

    /// <summary>What to execute: the source, behind a line that names its language where that is not the notebook's.</summary>
    public string Program => Language is { } language && !CellLanguage.IsCSharp(language) ? $"#!{language}\n{Source}" : Source;

    /// <summary>The language its metadata states; null when it states none.</summary>
    private string? Language =>
        (string?)_json["metadata"]?["dotnet_interactive"]?["language"] ?? (string?)_json["metadata"]?["polyglot_notebook"]?["kernelName"];

    /// <summary>Views a cell.</summary>
    /// <param name="json">Its JSON.</param>
    /// <returns>The cell.</returns>
    /// <exception cref="FormatException">The JSON is not that of a cell.</exception>
    /// <exception cref="InvalidOperationException">A member is of another type than a cell's.</exception>
    public static NotebookCell Read(JsonNode? json)
    {
        JsonObject cell = json as JsonObject ?? throw new FormatException("a cell that is no object");
        string source = cell["source"] switch
        {
            JsonArray lines => string.Concat(lines.Select(line => (string?)line)),
            JsonValue text => text.GetValue<string>(),
            _ => throw new FormatException("a cell without source"),
        };
        var view = new NotebookCell(cell, source);
        // Read once what is read later, so that a malformed cell is found before anything runs.
        _ = (string?)cell["cell_type"] ?? throw new FormatException("a cell without type");
        _ = view.Tags.ToList();
        _ = (view.Id, view.Language);
        return view;
    }

    /// <summary>Makes a code cell.</summary>
    /// <param name="id">Its identity, or null for formats before nbformat 4.5.</param>
    /// <param name="tag">Its tag.</param>
    /// <param name="source">Its text.</param>
    /// <returns>The cell, and its JSON to put into a notebook.</returns>
    public static (NotebookCell Cell, JsonObject Json) Create(string? id, string tag, string source)
    {
        var json = new JsonObject { ["cell_type"] = "code", ["execution_count"] = null };
        if (id is not null)
            json["id"] = id;
        json["metadata"] = new JsonObject { ["tags"] = new JsonArray(tag) };
        json["outputs"] = new JsonArray();
        json["source"] = NotebookText.ToLines(source);
        PolyglotMetadata.CompleteCell(json);
        return (new NotebookCell(json, source), json);
    }

    /// <summary>Whether the cell was executed, and ended without an error or with one that is meant.</summary>
    public bool Succeeded => _json["execution_count"] is not null && _json["outputs"] is JsonArray outputs
        && (MayFail || !outputs.Any(output => output is JsonObject entry && entry["output_type"]?.ToString() == "error"));

    /// <summary>Removes the results of an earlier execution.</summary>
    public void Clear() => SetResults(null, []);

    /// <summary>Replaces the results.</summary>
    /// <param name="count">Number of the execution, from 1; null when the cell was not executed.</param>
    /// <param name="outputs">The outputs, in nbformat.</param>
    public void SetResults(int? count, JsonArray outputs)
    {
        _json["execution_count"] = count;
        _json["outputs"] = outputs;
        // Editors keep times and process ids of their last run there.
        (_json["metadata"] as JsonObject)?.Remove("execution");
    }
}
