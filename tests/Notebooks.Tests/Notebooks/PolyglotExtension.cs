using System.Text.Json.Nodes;

namespace AdvNotebooks.Tests.Notebooks;

/// <summary>What VS Code's Polyglot extension does to a notebook's metadata when it opens it, as its source says (dotnet/interactive, notebookControllers.ts and metadataUtilities.ts), and VS Code then saves.</summary>
internal static class PolyglotExtension
{
    private static JsonObject Language => new() { ["name"] = "polyglot-notebook" };

    /// <summary>Opens and saves a notebook.</summary>
    /// <param name="notebook">The notebook; changed as the extension changes it.</param>
    /// <returns>Whether VS Code shows it as changed on opening.</returns>
    public static bool OpenAndSave(JsonObject notebook)
    {
        JsonNode before = notebook.DeepClone();
        var metadata = (JsonObject)notebook["metadata"]!;
        // getNotebookDocumentMetadataFromNotebookDocument, and getMergedRaw…: what is missing comes from the kernelspec.
        if (metadata["polyglot_notebook"]?["kernelInfo"] is null)
        {
            metadata["polyglot_notebook"] = new JsonObject { ["kernelInfo"] = new JsonObject { ["defaultKernelName"] = "csharp", ["items"] = new JsonArray(new JsonObject { ["aliases"] = new JsonArray(), ["name"] = "csharp" }) } };
            metadata["language_info"] = Language;
        }

        foreach (JsonObject cell in notebook["cells"]!.AsArray().OfType<JsonObject>())
        {
            var own = (JsonObject)cell["metadata"]!;
            if ((string?)cell["cell_type"] == "markdown")
            {
                // ensureCellKernelMetadata: prose names no kernel.
                own.Remove("polyglot_notebook");
                own.Remove("dotnet_interactive");
            }
            else if (own["polyglot_notebook"]?["kernelName"] is null && own["dotnet_interactive"]?["language"] is null)
            {
                // setCellKernelName: mergeRawMetadata replaces the whole of it.
                cell["metadata"] = own = new JsonObject { ["language_info"] = Language, ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" } };
            }

            // VS Code's own serializer says the language where the cell does not.
            if ((string?)cell["cell_type"] == "code" && own["vscode"] is null)
                own["vscode"] = new JsonObject { ["languageId"] = "polyglot-notebook" };
        }

        return !JsonNode.DeepEquals(before, notebook);
    }
}
