using System.Text.Json.Nodes;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>
/// The metadata that VS Code's Polyglot extension gives a notebook. Where a code cell does not name its kernel, the extension replaces all
/// of the cell's metadata on opening, tags included, and marks the notebook as changed; where it finds this, it changes nothing.
/// </summary>
internal static class PolyglotMetadata
{
    private const string Language = "polyglot-notebook";

    /// <summary>Completes a C# notebook's metadata and that of its code cells. What names a kernel already stays.</summary>
    /// <param name="notebook">The notebook, nbformat 4.</param>
    public static void Complete(JsonObject notebook)
    {
        JsonObject metadata = Member(notebook, "metadata");
        if ((metadata["polyglot_notebook"] as JsonObject)?["kernelInfo"] is null)
        {
            metadata["language_info"] = new JsonObject { ["name"] = Language };
            metadata["polyglot_notebook"] = new JsonObject
            {
                ["kernelInfo"] = new JsonObject
                {
                    ["defaultKernelName"] = "csharp",
                    ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["name"] = "csharp" }),
                },
            };
        }

        foreach (JsonObject cell in notebook["cells"]!.AsArray().OfType<JsonObject>().Where(cell => (string?)cell["cell_type"] == "code"))
            CompleteCell(cell);
    }

    /// <summary>Completes the metadata of a code cell in C#.</summary>
    /// <param name="cell">The cell.</param>
    public static void CompleteCell(JsonObject cell)
    {
        JsonObject metadata = Member(cell, "metadata");
        if (metadata["polyglot_notebook"] is not null || metadata["dotnet_interactive"] is not null)
            return;
        metadata["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" };
        metadata["language_info"] = new JsonObject { ["name"] = Language };
        metadata["vscode"] = new JsonObject { ["languageId"] = Language };
        // The extension sorts what it writes, and Jupyter too.
        foreach ((string name, JsonNode? value) in metadata.OrderBy(member => member.Key, StringComparer.Ordinal).ToList())
        {
            metadata.Remove(name);
            metadata[name] = value;
        }
    }

    private static JsonObject Member(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject member)
            return member;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }
}
