using System.Text.Json.Nodes;

namespace AdvNotebooks.Tests;

/// <summary>Writes small notebooks as an editor would.</summary>
internal static class TestNotebook
{
    /// <summary>Writes a notebook of code cells; a cell that starts with "// parameters" gets that tag.</summary>
    public static string Write(TempFolder folder, string name, params string[] cells) => folder.Write(name, Json(cells).ToJsonString());

    public static string Write(TempFolder folder, string name, JsonObject quick, params string[] cells)
    {
        JsonObject json = Json(cells);
        json["metadata"]!["advnotebooks"] = new JsonObject { ["quick"] = quick };
        return folder.Write(name, json.ToJsonString());
    }

    public static string Write(TempFolder folder, string name, JsonArray packages, params string[] cells)
    {
        JsonObject json = Json(cells);
        json["metadata"]!["advnotebooks"] = new JsonObject { ["packages"] = packages };
        return folder.Write(name, json.ToJsonString());
    }

    public static JsonObject Json(params string[] cells)
    {
        var array = new JsonArray(new JsonObject { ["cell_type"] = "markdown", ["id"] = "title", ["metadata"] = new JsonObject(), ["source"] = "# Title" });
        for (int i = 0; i < cells.Length; i++)
        {
            var metadata = new JsonObject();
            if (cells[i].StartsWith("// parameters", StringComparison.Ordinal))
                metadata["tags"] = new JsonArray("parameters");
            array.Add(new JsonObject { ["cell_type"] = "code", ["execution_count"] = null, ["id"] = $"cell-{i}", ["metadata"] = metadata, ["outputs"] = new JsonArray(), ["source"] = cells[i] });
        }

        return new JsonObject
        {
            ["cells"] = array,
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
    }
}
