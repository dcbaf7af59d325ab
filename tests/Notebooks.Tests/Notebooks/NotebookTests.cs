using System.Text;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Tests.Notebooks;

public sealed class NotebookTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Saving_keeps_members_order_numbers_and_letters_and_writes_as_Jupyter_does()
    {
        const string Text = """
            {
             "cells": [
              {
               "cell_type": "code",
               "execution_count": null,
               "id": "a",
               "metadata": {
                "zeta": 1.0,
                "alpha": [],
                "polyglot_notebook": {
                 "kernelName": "csharp"
                }
               },
               "outputs": [],
               "source": [
                "var é = \"🙂\\n\"; // \u001b <b>&\n",
                "é"
               ]
              }
             ],
             "metadata": {
              "kernelspec": {
               "name": ".net-csharp"
              },
              "unknown": {},
              "polyglot_notebook": {
               "kernelInfo": {}
              }
             },
             "nbformat": 4,
             "nbformat_minor": 5
            }

            """;
        Notebook notebook = Notebook.Load(_folder.Write("a.ipynb", Text));
        notebook.Save(_folder.File("b.ipynb"));
        Assert.Equal(Text, File.ReadAllText(_folder.File("b.ipynb")));
        Assert.Equal("var é = \"🙂\\n\"; // \u001b <b>&\né", Assert.Single(notebook.Cells).Source);
        Assert.Equal(["a.ipynb", "b.ipynb"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Who_reads_a_notebook_while_it_is_saved_sees_all_of_one_save()
    {
        Notebook[] versions = [.. Enumerable.Range(0, 2).Select(i => Notebook.Load(TestNotebook.Write(_folder, $"{i}.ipynb", new string((char)('a' + i), 300_000))))];
        string path = _folder.File("copy.ipynb");
        versions[0].Save(path);
        Task saving = Task.Run(
            () =>
            {
                for (int i = 1; i <= 40; i++)
                    versions[i % 2].Save(path);
            },
            TestContext.Current.CancellationToken);
        while (!saving.IsCompleted)
            Assert.Contains(Assert.Single(Notebook.Load(path).CodeCells).Source, versions.Select(version => version.CodeCells[0].Source));
        await saving;
        Assert.Equal(["0.ipynb", "1.ipynb", "copy.ipynb"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("not json", "not JSON")]
    [InlineData("", "not JSON")]
    [InlineData("{\"nbformat\": 4, \"nbformat\": 4}", "not JSON")]
    [InlineData("[]", "nbformat")]
    [InlineData("{\"cells\": []}", "nbformat")]
    [InlineData("{\"nbformat\": 3}", "nbformat 3")]
    [InlineData("{\"nbformat\": \"x\"}", "cannot")]
    [InlineData("{\"nbformat\": 4, \"cells\": []}", "no cells")]
    [InlineData("{\"nbformat\": 4, \"cells\": {}}", "no cells")]
    [InlineData("{\"nbformat\": 4, \"cells\": [1]}", "no stated language")]
    public void What_is_no_notebook_is_refused(string text, string message)
    {
        var exception = Assert.Throws<NotebookException>(() => Notebook.Load(_folder.Write("a.ipynb", text)));
        if (message != "cannot")
            Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Expected:", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source", "5")]
    [InlineData("source", "null")]
    [InlineData("source", "[1]")]
    [InlineData("cell_type", "7")]
    [InlineData("metadata", "[]")]
    [InlineData("metadata", "{\"tags\": [1]}")]
    [InlineData("metadata", "{\"dotnet_interactive\": {\"language\": {}}}")]
    public void A_malformed_cell_is_refused(string member, string value)
    {
        JsonObject json = TestNotebook.Json("1");
        json["cells"]![1]![member] = JsonNode.Parse(value);
        Assert.Throws<NotebookException>(() => Notebook.Load(_folder.Write("a.ipynb", json.ToJsonString())));
    }

    [Fact]
    public void A_missing_file_and_another_language_are_refused()
    {
        Assert.Contains("does not exist", Assert.Throws<NotebookException>(() => Notebook.Load(_folder.File("none.ipynb"))).Message, StringComparison.Ordinal);
        JsonObject python = TestNotebook.Json("1");
        python["metadata"]!["kernelspec"]!["language"] = "python";
        Assert.Contains("python", Assert.Throws<NotebookException>(() => Notebook.Load(_folder.Write("p.ipynb", python.ToJsonString()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_and_prose_cells_are_not_executed()
        => Assert.Equal(["1", "2"], Notebook.Load(TestNotebook.Write(_folder, "a.ipynb", "1", " \n", "2")).CodeCells.Select(cell => cell.Source));

    [Fact]
    public void Half_a_letter_is_written_escaped()
        => Assert.Equal("[\n \"\\ud83d\"\n]\n", Encoding.UTF8.GetString(NotebookText.Serialize(new JsonArray("\ud83d"))));
}
