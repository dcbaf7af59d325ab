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
    [InlineData("string[] epochs = [];", "string[]")]
    [InlineData("string? epochs = null;", "string?")]
    [InlineData("int? epochs = null;", "int?")]
    [InlineData("var epochs = 1m;", "decimal")]
    [InlineData("var epochs = 'c';", "char")]
    [InlineData("byte epochs = 1;", "byte")]
    [InlineData("var epochs = new List<float> { 1f };", "List<float>")]
    [InlineData("var epochs = (1, 2f);", "(int,float)")]
    [InlineData("(int, int) epochs = (1, 2);", "(int,int)")]
    [InlineData("var epochs = float.MaxValue;", "float")]
    [InlineData("var epochs = $\"x\";", "string")]
    [InlineData("DateTime epochs = DateTime.Now;", "DateTime")]
    [InlineData("Norm epochs = Norm.LInf;", "Norm")]
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
    [InlineData("float", "0.2f", "0.2f")]
    [InlineData("float", "1e-3f", "0.001f")]
    [InlineData("float", "8/255", "0.03137255f")]
    [InlineData("float", "8/255f", "0.03137255f")]
    [InlineData("float", "-(1 + 2) * 0.5", "-1.5f")]
    [InlineData("float", "float.MaxValue", "3.4028235E+38f")]
    [InlineData("float", "-0.1", "-0.1f")]
    [InlineData("double", "8 / 255.0", "0.03137254901960784d")]
    [InlineData("double", "0.1D", "0.1d")]
    [InlineData("decimal", "2", "2m")]
    [InlineData("decimal", "0.10m", "0.10m")]
    [InlineData("int", "0xFF", "255")]
    [InlineData("int", "60 * 1_000", "60000")]
    [InlineData("int", "-3", "-3")]
    [InlineData("int", "int.MinValue", "-2147483648")]
    [InlineData("long", "20L", "20L")]
    [InlineData("ulong", "42UL", "42UL")]
    [InlineData("byte", "255", "255")]
    [InlineData("short", "-5", "-5")]
    [InlineData("int?", "null", "null")]
    [InlineData("int?", "3", "3")]
    [InlineData("string?", "null", "null")]
    [InlineData("string", "null", "\"null\"")]
    [InlineData("string", "\"a\\tb\"", "\"a\\tb\"")]
    [InlineData("string", "\"a\" and \"b\"", "\"\\\"a\\\" and \\\"b\\\"\"")]
    [InlineData("char", "c", "'c'")]
    [InlineData("char", "'\\n'", "'\\n'")]
    [InlineData("string[]", "a,b", "new string[] { \"a\", \"b\" }")]
    [InlineData("string[]", "[\"a\",\"b, c\"]", "new string[] { \"a\", \"b, c\" }")]
    [InlineData("string[]", "", "new string[] {  }")]
    [InlineData("string[]", "\"\"", "new string[] { \"\" }")]
    [InlineData("string[]", "don't, stop", "new string[] { \"don't\", \"stop\" }")]
    [InlineData("int[]", "", "new int[] {  }")]
    [InlineData("int[]", "[]", "new int[] {  }")]
    [InlineData("int[]", "new[] { 1, 2 }", "new int[] { 1, 2 }")]
    [InlineData("int[][]", "[[1, 2], [3]]", "new int[][] { new int[] { 1, 2 }, new int[] { 3 } }")]
    [InlineData("float[]", "8/255, 0.1f", "new float[] { 0.03137255f, 0.1f }")]
    [InlineData("List<float>", "0.1,0.2", "[0.1f, 0.2f]")]
    [InlineData("ReadOnlyMemory<int>", "1,2", "new int[] { 1, 2 }")]
    [InlineData("(int,float)", "(1, 8/255)", "(1, 0.03137255f)")]
    [InlineData("Norm", "L2", "Norm.L2")]
    [InlineData("Norm", "Norm.L2", "Norm.L2")]
    [InlineData("DateTime", "2026-11-25", "DateTime.Parse(\"2026-11-25\", System.Globalization.CultureInfo.InvariantCulture)")]
    [InlineData("TimeSpan", "TimeSpan.FromSeconds(3)", "TimeSpan.FromSeconds(3)")]
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
    [InlineData("int", "8/255")]
    [InlineData("int", "1/0")]
    [InlineData("int", "2147483647 + 1")]
    [InlineData("byte", "256")]
    [InlineData("float", "0.1f0")]
    [InlineData("float", "float.NaN")]
    [InlineData("float", "3.4e38 * 10")]
    [InlineData("int?", "x")]
    [InlineData("int?", "")]
    [InlineData("char", "cc")]
    [InlineData("float[]", "0.1,,0.2")]
    [InlineData("(int,int)", "1")]
    [InlineData("Norm", "1 2")]
    [InlineData(null, "1")]
    public void A_value_of_another_type_is_refused(string? type, string text)
    {
        var exception = Assert.Throws<NotebookException>(() => new NotebookParameter("p", type).ToLiteral(text));
        Assert.Contains("Parameter p cannot be set to", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enumeration_of_the_cell_takes_its_members_alone_and_a_constant_nothing()
    {
        IReadOnlyList<NotebookParameter> parameters = ParametersCell.Read(Load("// parameters\nconst int k = 3; var norm = Norm.A; Norm? other = null; var twice = k * 2;\nenum Norm { A, B }"));
        Assert.Equal(["k", "norm", "other", "twice"], parameters.Select(parameter => parameter.Name));
        Assert.Equal(["int", "Norm", "Norm?", "int"], parameters.Select(parameter => parameter.Type));
        Assert.Equal(["Norm.B", "Norm.B"], ((string[])["B", "Norm.B"]).Select(parameters[1].ToLiteral));
        Assert.Equal(["null", "Norm.B"], ((string[])["null", "B"]).Select(parameters[2].ToLiteral));
        Assert.Contains("one of A, B.", Assert.Throws<NotebookException>(() => parameters[1].ToLiteral("C")).Message, StringComparison.Ordinal);
        Assert.Contains("it is a constant", Assert.Throws<NotebookException>(() => parameters[0].ToLiteral("4")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decimal", "0.1 or 8/255")]
    [InlineData("DateTime", "2026-11-25")]
    [InlineData("int?", "20 or null")]
    [InlineData("float[]", "0.1,8/255")]
    [InlineData("bool", "true")]
    [InlineData("char", "c")]
    public void An_example_in_a_message_is_a_value(string type, string example)
    {
        Assert.Equal(example, ParameterLiteral.Example(type));
        Assert.All(example.Split(" or "), value => Assert.NotNull(ParameterLiteral.Of(type, value)));
    }

    [Fact]
    public void A_cell_that_lost_its_tag_is_known_by_its_comment()
    {
        System.Text.Json.Nodes.JsonObject json = TestNotebook.Json("#!import setup.csx", "// parameters\nvar epochs = 20;", "var x = 1;");
        json["cells"]![2]!["metadata"] = new System.Text.Json.Nodes.JsonObject();
        Notebook notebook = Notebook.Load(_folder.Write("a.ipynb", json.ToJsonString()));
        Assert.Equal("epochs", Assert.Single(ParametersCell.Read(notebook)).Name);
        ParametersCell.Inject(notebook, [(new NotebookParameter("epochs", "int"), "3")]);
        Assert.Equal("// injected by advnb run\nepochs = 3;", notebook.CodeCells[2].Source);
    }

    [Fact]
    public void A_cell_that_another_tool_injected_elsewhere_is_replaced_there()
    {
        System.Text.Json.Nodes.JsonObject json = TestNotebook.Json("// parameters\nvar a = 1;", "between", "a = 5;", "a");
        json["cells"]![3]!["metadata"] = new System.Text.Json.Nodes.JsonObject { ["tags"] = new System.Text.Json.Nodes.JsonArray("injected-parameters") };
        Notebook notebook = Notebook.Load(_folder.Write("a.ipynb", json.ToJsonString()));
        ParametersCell.Inject(notebook, [(new NotebookParameter("a", "int"), "9")]);
        Assert.Equal(["// parameters\nvar a = 1;", "between", "// injected by advnb run\na = 9;", "a"], notebook.CodeCells.Select(cell => cell.Source));
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
