using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Tests.Kernel;

[Collection(ConsoleTests.Name)]
public sealed class CellErrorsTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly InProcessKernel _kernel;

    public CellErrorsTests() => _kernel = new InProcessKernel(_folder.Path);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _kernel.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task All_compiler_errors_are_given_with_line_column_and_source()
    {
        CellError error = await _kernel.Fail("var a = 1;\n\tvar b = nope + a;\nint c = \"s\";");
        Assert.Equal("CompilationError", error.Name);
        Assert.Equal(2, error.Line);
        Assert.Equal(
            [
                "cell [1], line 2, column 10: error CS0103: The name 'nope' does not exist in the current context",
                "    \tvar b = nope + a;",
                "    \t        ^",
                "cell [1], line 3, column 9: error CS0029: Cannot implicitly convert type 'string' to 'int'",
                "    int c = \"s\";",
                "            ^",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task Lines_count_from_the_cells_first_also_after_a_directive()
    {
        _folder.Write("x.csx", "int x = 1;");
        Assert.Equal(4, (await _kernel.Fail("// one\n#!import x.csx\n\nnope")).Line);
    }

    [Fact]
    public async Task A_cell_that_does_not_compile_changes_nothing()
    {
        await _kernel.Run("var kept = 5;");
        await _kernel.Fail("kept = 6; nope();");
        Assert.Equal("5", await _kernel.Value("kept"));
    }

    [Fact]
    public async Task Warnings_go_to_standard_error()
        => Assert.Equal("cell [1], line 2, column 13: warning CS0162: Unreachable code detected\n".Replace(", column 13", "", StringComparison.Ordinal),
            (await _kernel.Stream("stderr", "int F() { return 1;\n            Console.Write(1); }")).Replace(", column 13", "", StringComparison.Ordinal));

    [Fact]
    public async Task A_runtime_error_has_the_readers_frames_only()
    {
        await _kernel.Run("int Half(int n)\n{\n    if (n % 2 != 0) throw new InvalidOperationException(\"odd\");\n    return n / 2;\n}");
        CellError error = await _kernel.Fail("var a = Half(2);\nvar b = Half(a);");
        Assert.Equal("InvalidOperationException", error.Name);
        Assert.Equal("odd", error.Message);
        Assert.Equal(2, error.Line);
        Assert.Equal(["InvalidOperationException: odd", "   at Half in cell [1], line 3", "   at cell [2], line 2"], error.Traceback);
    }

    [Fact]
    public async Task Frames_of_libraries_show_their_methods_without_files()
    {
        CellError error = await _kernel.Fail("int.Parse(\"x\")");
        Assert.Contains(error.Traceback, line => line == "   at System.Int32.Parse");
        Assert.Equal("   at cell [1], line 1", error.Traceback[^1]);
    }

    [Fact]
    public async Task Errors_after_await_and_in_lambdas_keep_their_line()
    {
        Assert.Equal(2, (await _kernel.Fail("await Task.Delay(1);\nthrow new FormatException();")).Line);
        Assert.Equal(3, (await _kernel.Fail("var xs = new[] { 1 };\n\nxs.Select(x => x / (x - 1)).ToList()")).Line);
    }

    [Fact]
    public async Task An_inner_exception_is_told()
    {
        CellError error = await _kernel.Fail("try { int.Parse(\"x\"); }\ncatch (Exception e) { throw new InvalidOperationException(\"outer\", e); }");
        Assert.Equal("InvalidOperationException: outer", error.Traceback[0]);
        Assert.Contains(error.Traceback, line => line.StartsWith(" ---> FormatException:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_in_an_imported_file_names_file_and_line_and_points_at_the_import()
    {
        _folder.Write("x.csx", "int x = 1;\nx.Nope();");
        CellError error = await _kernel.Fail("\n#!import x.csx");
        Assert.Equal(2, error.Line);
        Assert.StartsWith("x.csx, line 2, column 3: error CS1061", error.Traceback[0], StringComparison.Ordinal);
        Assert.Equal("    x.Nope();", error.Traceback[1]);
    }

    [Fact]
    public async Task A_value_that_cannot_be_shown_fails_its_cell()
    {
        CellError error = await _kernel.Fail("class Bad { public override string ToString() => throw new NotSupportedException(\"mute\"); }\nnew Bad()");
        Assert.Contains("mute", string.Join('\n', error.Traceback), StringComparison.Ordinal);
    }
}
