using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AdvNotebooks.Tests.Notebooks;

/// <summary>nbformat 4.5, as its schema has it: what is required, what may be there, and of which kind.</summary>
internal static partial class Nbformat
{
    private static readonly Dictionary<string, string[]> Outputs = new()
    {
        ["execute_result"] = ["output_type", "data", "metadata", "execution_count"],
        ["display_data"] = ["output_type", "data", "metadata"],
        ["stream"] = ["output_type", "name", "text"],
        ["error"] = ["output_type", "ename", "evalue", "traceback"],
    };

    /// <summary>What in a notebook is not as the format wants it; empty when all is.</summary>
    public static IReadOnlyList<string> Problems(JsonNode? notebook)
    {
        var problems = new List<string>();
        if (Members(problems, "notebook", notebook, ["cells", "metadata", "nbformat", "nbformat_minor"]) is not { } root)
            return problems;
        Check(problems, Whole(root["nbformat"]) == 4 && Whole(root["nbformat_minor"]) == 5, "nbformat is not 4.5");
        JsonObject? metadata = root["metadata"] as JsonObject;
        Check(problems, metadata?["kernelspec"] is null || (Text(metadata["kernelspec"]?["name"]) && Text(metadata["kernelspec"]?["display_name"])), "kernelspec without name or display_name");
        Check(problems, metadata?["language_info"] is null || Text(metadata["language_info"]?["name"]), "language_info without name");
        JsonNode?[] cells = [.. root["cells"] as JsonArray ?? []];
        foreach (JsonNode? cell in cells)
            CheckCell(problems, cell);
        foreach (string? twice in cells.Select(cell => cell?["id"]?.ToString()).GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key))
            problems.Add($"id {twice} twice");
        return problems;
    }

    private static void CheckCell(List<string> problems, JsonNode? cell)
    {
        string name = $"cell {cell?["id"]}";
        bool code = cell?["cell_type"]?.ToString() == "code";
        Check(problems, code || cell?["cell_type"]?.ToString() is "markdown" or "raw", $"{name}: cell_type");
        if (Members(problems, name, cell, ["id", "cell_type", "metadata", "source", .. code ? ["outputs", "execution_count"] : (string[])[]], code ? [] : ["attachments"]) is not { } members)
            return;
        Check(problems, Text(members["id"]) && Id().IsMatch(members["id"]!.ToString()), $"{name}: id");
        Check(problems, Lines(members["source"]), $"{name}: source");
        Check(problems, members["metadata"] is JsonObject, $"{name}: metadata");
        Check(problems, members["metadata"]?["tags"] is null || (members["metadata"]!["tags"] is JsonArray tags && tags.All(tag => Text(tag) && !tag!.ToString().Contains(','))), $"{name}: tags");
        if (!code)
            return;
        Check(problems, Count(members["execution_count"]), $"{name}: execution_count");
        foreach (JsonNode? output in members["outputs"] as JsonArray ?? [])
            CheckOutput(problems, $"{name}, an output", output);
    }

    private static void CheckOutput(List<string> problems, string name, JsonNode? output)
    {
        if (!Outputs.TryGetValue(output?["output_type"]?.ToString() ?? "", out string[]? required))
            problems.Add($"{name}: output_type");
        else if (Members(problems, name, output, required) is { } members)
        {
            Check(problems, members["output_type"]!.ToString() switch
            {
                "stream" => members["name"]?.ToString() is "stdout" or "stderr" && Lines(members["text"]),
                "error" => Text(members["ename"]) && Text(members["evalue"]) && members["traceback"] is JsonArray lines && lines.All(Text),
                _ => members["metadata"] is JsonObject && members["data"] is JsonObject data && data.All(form => form.Key.Contains("json", StringComparison.Ordinal) || Lines(form.Value))
                    && (required.Length == 3 || Count(members["execution_count"])),
            }, name);
        }
    }

    private static JsonObject? Members(List<string> problems, string name, JsonNode? node, string[] required, params string[] optional)
    {
        if (node is not JsonObject members)
        {
            problems.Add($"{name} is no object");
            return null;
        }

        problems.AddRange(required.Where(member => !members.ContainsKey(member)).Select(member => $"{name}: no {member}"));
        problems.AddRange(members.Select(member => member.Key).Except([.. required, .. optional]).Select(member => $"{name}: {member} is unknown"));
        return members;
    }

    private static void Check(List<string> problems, bool holds, string otherwise)
    {
        if (!holds)
            problems.Add(otherwise);
    }

    private static bool Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static bool Lines(JsonNode? node) => Text(node) || (node is JsonArray lines && lines.All(Text));

    private static bool Count(JsonNode? node) => node is null || Whole(node) >= 0;

    private static int? Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    [GeneratedRegex("^[a-zA-Z0-9-_]{1,64}$")]
    private static partial Regex Id();
}
