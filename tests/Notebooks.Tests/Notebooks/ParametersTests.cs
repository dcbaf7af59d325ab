using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Tests.Notebooks;

public sealed class ParametersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("var epochs = 20;  // passes", "int")]
    [InlineData("var epochs = -1;", "int")]
    [InlineData("var epochs = 60 * 1_000;", "int")]
    [InlineData("var epochs = 20L;", "long")]
    [InlineData("var epochs = 42UL;", "ulong")]
    [InlineData("ulong epochs = 42;", "ulong")]
    [InlineData("var epochs = 0.1f;", "float")]
    [InlineData("var epochs = 2f / 255;", "float")]
    [InlineData("var epochs = 0.1;", "double")]
    [InlineData("var epochs = true;", "bool")]
    [InlineData("var epochs = \"x\";", "string")]
    [InlineData("string epochs = null;", "string")]
    [InlineData("var epochs = new[] { 0.1f, 2f / 255 };", "float[]")]
    [InlineData("var epochs = new float[] { 1 };", "float[]")]
    [InlineData("int[] epochs = [1, 2];", "int[]")]
    [InlineData("var epochs = DateTime.Now;", null)]
    public void Types_are_read_from_the_declaration(string line, string? type)
        => Assert.Equal([new NotebookParameter("epochs", type)], ParametersCell.Read(Load("// parameters\n" + line)));

    [Fact]
    public void A_notebook_without_the_tag_has_no_parameters() => Assert.Empty(ParametersCell.Read(Load("var epochs = 20;")));

    [Theory]
    [InlineData("int", "3", "3")]
    [InlineData("int", "60_000", "60000")]
    [InlineData("long", "-3", "-3L")]
    [InlineData("ulong", "18446744073709551615", "18446744073709551615UL")]
    [InlineData("float", "0.1", "0.1f")]
    [InlineData("double", "1e-7", "1E-07d")]
    [InlineData("bool", "True", "true")]
    [InlineData("string", "C:\\a \"b\"", "\"C:\\\\a \\\"b\\\"\"")]
    [InlineData("float[]", "0.1, 0.2", "new float[] { 0.1f, 0.2f }")]
    public void Values_become_literals_of_the_type(string type, string text, string literal) => Assert.Equal(literal, new NotebookParameter("p", type).ToLiteral(text));

    [Theory]
    [InlineData("int", "3.5")]
    [InlineData("int", "99999999999")]
    [InlineData("ulong", "-1")]
    [InlineData("float", "0,1")]
    [InlineData("float", "1e99")]
    [InlineData("double", "NaN")]
    [InlineData("bool", "1")]
    [InlineData("int[]", "1,x")]
    [InlineData("int", "1; Environment.Exit(1)")]
    [InlineData(null, "1")]
    public void A_value_of_another_type_is_refused(string? type, string text)
    {
        var exception = Assert.Throws<NotebookException>(() => new NotebookParameter("p", type).ToLiteral(text));
        Assert.Contains("Parameter p cannot be set to", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Injecting_again_replaces_the_injected_cell()
    {
        Notebook notebook = Load("// parameters\nvar epochs = 20;", "epochs");
        ParametersCell.Inject(notebook, [(new NotebookParameter("epochs", "int"), "3")]);
        ParametersCell.Inject(notebook, [(new NotebookParameter("epochs", "int"), "4")]);
        Assert.Equal(["// parameters\nvar epochs = 20;", "// injected by advnb run\nepochs = 4;", "epochs"], notebook.CodeCells.Select(cell => cell.Source));
        Assert.Equal(["injected-parameters"], notebook.CodeCells[1].Tags);
    }

    [Theory]
    [InlineData("epoch", "epochs")]
    [InlineData("EPSILON", "epsilon")]
    [InlineData("trainConut", "trainCount")]
    [InlineData("zzz", null)]
    public void The_nearest_name_is_found(string name, string? nearest) => Assert.Equal(nearest, Nearest.To(name, ["epochs", "epsilon", "trainCount"]));

    private Notebook Load(params string[] cells) => Notebook.Load(TestNotebook.Write(_folder, "a.ipynb", cells));
}
