using System.Text;
using System.Text.Json.Nodes;
using AdvLib.Tests.Fuzzing;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Tests.Notebooks;

/// <summary>The reader of notebooks, given damaged ones.</summary>
public sealed class NotebookFuzzTests
{
    [Fact]
    public Task A_notebook()
    {
        JsonObject rich = TestNotebook.Json("// parameters\nvar epochs = 20;\nvar rates = new[] { 0.1f };", "Console.WriteLine(epochs);");
        rich["metadata"]!["advnotebooks"] = new JsonObject { ["quick"] = new JsonObject { ["epochs"] = 1, ["rates"] = new JsonArray(0.5, 1) } };
        rich["cells"]![2]!["outputs"] = new JsonArray(new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = new JsonArray("20\n") });
        rich["cells"]![2]!["metadata"]!["polyglot_notebook"] = new JsonObject { ["kernelName"] = "csharp" };
        byte[][] sound = [Encoding.UTF8.GetBytes(rich.ToJsonString()), Encoding.UTF8.GetBytes(TestNotebook.Json("1").ToString())];
        return FuzzRun.Run<NotebookException>(100, sound, path =>
        {
            Notebook notebook = Notebook.Load(path);
            foreach (NotebookCell cell in notebook.Cells.Where(cell => cell.IsCode))
                cell.Clear();
            _ = notebook.CodeCells.Select(cell => (cell.Id, cell.Source, cell.Succeeded, cell.Program, cell.Tags.Count())).ToList();
        });
    }
}
