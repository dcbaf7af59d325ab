using System.Text;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Tests.Notebooks;

/// <summary>Notebooks as other tools write them.</summary>
public sealed class NotebookFormatsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_byte_order_mark_is_read_over()
    {
        File.WriteAllText(_folder.File("a.ipynb"), TestNotebook.Json("\"ä\"").ToJsonString(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("\"ä\"", Assert.Single(Notebook.Load(_folder.File("a.ipynb")).CodeCells).Source);
    }

    [Theory]
    [InlineData("utf-16", true, "UTF-16")]
    [InlineData("utf-16BE", true, "UTF-16")]
    [InlineData("utf-16", false, "UTF-16")]
    [InlineData("utf-32", true, "UTF-32")]
    public void Another_encoding_is_named(string encoding, bool mark, string name)
    {
        Encoding chosen = Encoding.GetEncoding(encoding);
        File.WriteAllBytes(_folder.File("a.ipynb"), [.. mark ? chosen.GetPreamble() : [], .. chosen.GetBytes(TestNotebook.Json("1").ToJsonString())]);
        string message = Assert.Throws<NotebookException>(() => Notebook.Load(_folder.File("a.ipynb"))).Message;
        Assert.Contains($"a.ipynb is written in {name}. Expected: UTF-8", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dib_file_is_a_notebook()
    {
        string path = _folder.Write("a.dib", """
            #!meta

            {"kernelInfo":{"defaultKernelName":"csharp"}}

            #!markdown

            # Title

            #!csharp

            #!import setup.csx
            Console.WriteLine("hi");

            #!fsharp

            let x = 1
            """);
        Notebook notebook = Notebook.Load(path);
        Assert.Equal([false, true, true], notebook.Cells.Select(cell => cell.IsCode));
        Assert.Equal("# Title", notebook.Cells[0].Source);
        Assert.Equal(["#!import setup.csx\nConsole.WriteLine(\"hi\");", "#!fsharp\nlet x = 1"], notebook.CodeCells.Select(cell => cell.Program));
        Assert.Equal("a.ipynb", notebook.CopyName);
        notebook.Save(_folder.File("copy.ipynb"));
        Assert.Empty(Nbformat.Problems(System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_folder.File("copy.ipynb")))));
    }

    [Fact]
    public void A_dib_file_without_heads_is_one_cell() =>
        Assert.Equal("1 + 1", Assert.Single(Notebook.Load(_folder.Write("a.dib", "1 + 1\n")).CodeCells).Source);

    [Fact]
    public void Jupyters_tag_keeps_a_cell_from_being_executed()
    {
        var json = TestNotebook.Json("1", "throw new Exception();", "3");
        json["cells"]![2]!["metadata"]!["tags"] = new System.Text.Json.Nodes.JsonArray("skip-execution");
        Assert.Equal(["1", "3"], Notebook.Load(_folder.Write("a.ipynb", json.ToJsonString())).CodeCells.Select(cell => cell.Source));
    }
}
