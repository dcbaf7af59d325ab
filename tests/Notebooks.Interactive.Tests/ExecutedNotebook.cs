using System.Text.Json.Nodes;

namespace AdvNotebooks.Tests;

/// <summary>A notebook as advnb left it.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Cells">Its code cells: identity, source, and the value that the cell ended with as plain text, where it ended with one.</param>
public sealed record ExecutedNotebook(string Name, IReadOnlyList<(string Id, string Source, string? Value)> Cells)
{
    public static ExecutedNotebook Read(string path) => new(Path.GetFileName(path),
    [
        .. JsonNode.Parse(File.ReadAllText(path))!["cells"]!.AsArray().Where(cell => (string?)cell!["cell_type"] == "code").Select(cell =>
            ((string)cell!["id"]!, Text(cell["source"])!,
                Text(cell["outputs"]!.AsArray().LastOrDefault(output => (string?)output!["output_type"] == "execute_result")?["data"]?["text/plain"]))),
    ]);

    private static string? Text(JsonNode? lines) => lines switch
    {
        null => null,
        JsonArray array => string.Concat(array.Select(line => (string?)line)),
        _ => (string?)lines,
    };
}
