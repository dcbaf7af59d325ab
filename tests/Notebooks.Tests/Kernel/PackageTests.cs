using System.Runtime.InteropServices;
using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Tests.Kernel;

/// <summary><c>#r "nuget: …"</c>: restored by the SDK from the feeds a notebook's folder is configured with.</summary>
[Collection(ConsoleTests.Name)]
public sealed class PackageTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly TestPackages _packages;
    private readonly InProcessKernel _kernel;

    public PackageTests()
    {
        _packages = new TestPackages(_folder);
        _kernel = new InProcessKernel(_folder.Path);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _kernel.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_package_comes_in_its_pinned_version_with_what_it_depends_on()
    {
        _packages.Add("TestBase", "1.0.0", "public class Base { public int One => 1; }");
        _packages.Add("TestMore", "1.2.0", "public class More : Base { public static string Version => \"1.2\"; }", [("TestBase", "1.0.0")]);
        _packages.Add("TestMore", "1.3.0", "public class More : Base { public static string Version => \"1.3\"; }", [("TestBase", "1.0.0")]);
        Assert.Equal("1.2", await _kernel.Value("#r \"nuget: TestMore, 1.2.0\"\nMore.Version"));
        Assert.Equal("1", await _kernel.Value("Base b = new More();\nb.One"));
        // Once more is no second restore, and another version none at all.
        Assert.Empty(await _kernel.Run("#r \"nuget: TestMore, 1.2.0\""));
        CellError error = await _kernel.Fail("1\n#r \"nuget: TestMore, 1.3.0\"");
        Assert.Contains("TestMore 1.2.0 and TestMore 1.3.0 in one notebook. Expected: one version of a package.", error.Message, StringComparison.Ordinal);
        Assert.Equal("1.2", await _kernel.Value("More.Version"));
    }

    [Fact]
    public async Task Without_version_the_newest_is_taken_also_from_a_folder_that_the_cell_names()
    {
        string other = Directory.CreateDirectory(_folder.File("other")).FullName;
        _packages.Add("TestOther", "1.0.0", "public static class Other { public static int Version => 1; }", feed: other);
        _packages.Add("TestOther", "2.0.0", "public static class Other { public static int Version => 2; }", feed: other);
        Assert.Contains("TestOther not found", (await _kernel.Fail("#r \"nuget: TestOther\"")).Message, StringComparison.Ordinal);
        Assert.Equal("2", await _kernel.Value("#i \"nuget: other\"\n#r \"nuget: TestOther\"\nOther.Version"));
    }

    [Fact]
    public async Task Native_libraries_are_found()
    {
        // Any native library will do: one of the runtime's own, under another name.
        string file = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), OperatingSystem.IsWindows() ? "clrgc.dll" : OperatingSystem.IsMacOS() ? "libSystem.Native.dylib" : "libSystem.Native.so");
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such library of the runtime's.");
        _packages.Add("TestNative", "1.0.0", """
            using System.Runtime.InteropServices;
            public static class Native { [DllImport("advnbtest", EntryPoint = "SystemNative_GetPid")] public static extern int Pid(); }
            """, native: (file, "libadvnbtest" + Path.GetExtension(file)));
        Assert.Equal(Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture), await _kernel.Value("#r \"nuget: TestNative, 1.0.0\"\nNative.Pid()"));
    }

    [Fact]
    public async Task A_missing_package_is_named_at_its_line()
    {
        _packages.Add("TestThere", "1.0.0", "public class There { }");
        CellError error = await _kernel.Fail("#r \"nuget: TestThere, 1.0.0\"\n#r \"nuget: TestAbsent, 1.0.0\"\n#r \"nuget: TestThere, 1.0.0\"");
        Assert.Equal(2, error.Line);
        Assert.StartsWith("Package TestAbsent 1.0.0 not found on the configured feed.", error.Message, StringComparison.Ordinal);
        // A later version is not the one asked for.
        Assert.StartsWith("Package TestThere 0.9.0 not found on the configured feed.", (await _kernel.Fail("#r \"nuget: TestThere, 0.9.0\"")).Message, StringComparison.Ordinal);
        Assert.Equal("There", await _kernel.Value("#r \"nuget: TestThere, 1.0.0\"\nnew There().ToString()"));
    }

    [Fact]
    public async Task AdvLib_itself_is_this_process_s_own()
    {
        string version = typeof(AdvLib.Shape).Assembly.GetName().Version!.ToString(3);
        Assert.Equal("28x28x1", await _kernel.Value($"#r \"nuget: AdvLib, {version}\"\nusing AdvLib;\nnew Shape(28, 28, 1).ToString()"));
        Assert.Contains($"version {version}, which this advnb is built with", (await _kernel.Fail("#r \"nuget: AdvLib, 99.0.0\"")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0.0", "", "CompositeKernel")]
    [InlineData("1.0.1", "throw new System.TypeLoadException();", "none")]
    public async Task A_package_made_for_dotnet_interactive_registers_how_its_types_look(string version, string construct, string kernel)
    {
        // What such packages build on, as far as this runner uses it; its kernel needs the formatting library it was made with.
        _packages.Add("Microsoft.DotNet.Interactive", version, $$"""
            namespace Microsoft.DotNet.Interactive
            {
                public class Kernel { }
                public class CompositeKernel : Kernel { public CompositeKernel(string name = null) { {{construct}} } }
                public interface IKernelExtension { System.Threading.Tasks.Task OnLoadAsync(Kernel kernel); }
            }
            """);
        _packages.Add("TestChart", version, """
            using Microsoft.DotNet.Interactive; using Microsoft.DotNet.Interactive.Formatting;
            public class Chart { }
            public class Extension : IKernelExtension
            {
                public System.Threading.Tasks.Task OnLoadAsync(Kernel kernel)
                {
                    Formatter.Register<Chart>((chart, writer) => writer.Write("<p>" + (kernel?.GetType().Name ?? "none") + "</p>"), "text/html");
                    throw new System.NotSupportedException("no context");
                }
            }
            """, [("Microsoft.DotNet.Interactive", version)], extends: true);
        var shown = Assert.IsType<ResultEvent>(Assert.Single(await _kernel.Run($"#r \"nuget: TestChart, {version}\"\nnew Chart()")));
        Assert.Equal($"<p>{kernel}</p>", shown.Data["text/html"]);
    }
}
