using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Tests.Runner;

/// <summary>
/// Notebooks whose second cell does what ends or floods its process, all in one run of the built advnb with <c>--keep-going</c> and a
/// memory limit. (Cells that hang are in <c>ProcessKernelTests</c> and <c>ProgramTests</c>.)
/// </summary>
public sealed class FaultyCellsTests(FaultyCellsTests.Run run) : IClassFixture<FaultyCellsTests.Run>
{
    private static readonly Dictionary<string, string> Second = new()
    {
        ["exit"] = "Environment.Exit(3);",
        ["overflow"] = "int F(int n) => F(n + 1) + 1;\nF(1)",
        ["memory"] = "var taken = new List<byte[]>();\nwhile (true) taken.Add(new byte[1 << 20]);",
        ["thread"] = "var thread = new System.Threading.Thread(() => int.Parse(\"x\"));\nthread.Start(); System.Threading.Thread.Sleep(-1);",
        ["void"] = "async void F() { await Task.Yield(); int.Parse(\"x\"); }\nF(); System.Threading.Thread.Sleep(-1);",
        ["later"] = "static string Late() { System.Threading.Thread.Sleep(300); return \"x\"; }\nnew System.Threading.Thread(() => int.Parse(Late())).Start();",
        ["left"] = "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)) { Name = \"ticker\" }.Start();",
        ["background"] = "new System.Threading.Thread(() => System.Threading.Thread.Sleep(-1)) { IsBackground = true }.Start();",
        ["prints"] = "var line = new string('x', 1023);\nfor (int i = 0; i < 1 << 20; i++) Console.WriteLine(line);\n\"end\"",
        ["raw"] = "var bytes = new byte[1 << 20]; Array.Fill(bytes, (byte)'x');\nvar output = Console.OpenStandardOutput();\nfor (int i = 0; i < 1024; i++) output.Write(bytes);\n\"end\"",
        ["good"] = "2",
    };

    [Theory]
    [InlineData("exit", "ProcessEnded", "cell [2] ended the notebook's process (exit code 3). Environment.Exit")]
    [InlineData("overflow", "StackOverflow", "recursion without end")]
    [InlineData("memory", "OutOfMemoryException", "may take 200 MB")]
    [InlineData("thread", "FormatException", "On a thread of its own, from cell [2]")]
    [InlineData("void", "FormatException", "On a thread of its own, from cell [2]")]
    [InlineData("later", "FormatException", "On a thread of its own, from cell [2]")]
    [InlineData("left", "ThreadsLeft", "cell [2] left 1 thread running (ticker)")]
    public void A_fault_is_its_cells_failure_and_the_outputs_so_far_are_kept(string name, string error, string message)
    {
        Assert.Contains($"{name}.ipynb, cell [2]", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{name}.ipynb: failed at cell [2]", run.Output, StringComparison.Ordinal);
        Assert.Equal("first\n", (string?)run.Cell(name, 1)[0]!["text"]![0]);
        JsonArray outputs = run.Cell(name, 2);
        Assert.Equal("before\n", (string?)outputs[0]!["text"]![0]);
        Assert.Equal(error, (string?)outputs[^1]!["ename"]);
        Assert.Contains(message, (string?)outputs[^1]!["evalue"], StringComparison.Ordinal);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("good")]
    [InlineData("background")]
    public void The_other_notebooks_go_on(string name)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{name}.ipynb: ok", run.Output, StringComparison.Ordinal);
        Assert.Equal("3", (string?)run.Cell(name, 3)[0]!["data"]!["text/plain"]![0]);
    }

    [Theory]
    [InlineData("prints")]
    [InlineData("raw")]
    public void A_gigabyte_of_output_is_cut_with_a_notice_and_the_cell_goes_on(string name)
    {
        JsonArray outputs = run.Cell(name, 2);
        Assert.Contains(outputs, output => output!.ToJsonString().Contains("Output cut here: cell [2] put out more than 10,000,000 characters.", StringComparison.Ordinal));
        Assert.Equal("end", (string?)outputs.Single(output => (string?)output!["output_type"] == "execute_result")!["data"]!["text/plain"]![0]);
        Assert.Contains($"{name}.ipynb: ok", run.Output, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(run.Copy(name)).Length, 9_000_000, 15_000_000);
    }

    [Fact]
    public void The_runner_itself_stays_small() => Assert.InRange(run.PeakMegabytes, 1, 500);

    [Fact]
    public void The_notebooks_are_as_they_were_and_no_half_copy_is_left()
    {
        Assert.Equal(run.Before, run.Sources());
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(run.Copy("good"))!), path => !path.EndsWith(".ipynb", StringComparison.Ordinal));
    }

    [Fact]
    public void No_kernel_is_left() => Assert.All(run.Kernels, id => Assert.DoesNotContain(Process.GetProcesses(), process => process.Id == id));

    public sealed class Run : IAsyncLifetime
    {
        private readonly TempFolder _folder = new();

        public int ExitCode { get; private set; }

        public string Output { get; private set; } = "";

        public string Error { get; private set; } = "";

        public long PeakMegabytes { get; private set; }

        public int[] Kernels { get; private set; } = [];

        public string[] Before { get; private set; } = [];

        public string[] Sources() => [.. Second.Keys.Select(name => File.ReadAllText(_folder.File(name + ".ipynb")))];

        public string Copy(string name) => _folder.File($"out/{name}.ipynb");

        public JsonArray Cell(string name, int number) => JsonNode.Parse(File.ReadAllText(Copy(name)))!["cells"]![number]!["outputs"]!.AsArray();

        public async ValueTask InitializeAsync()
        {
            foreach (var (name, source) in Second)
            {
                TestNotebook.Write(_folder, name + ".ipynb", "System.IO.File.AppendAllText(\"pids\", Environment.ProcessId + \"\\n\");\nConsole.WriteLine(\"first\");",
                    "Console.WriteLine(\"before\");\n" + source, name is "later" ? "System.Threading.Thread.Sleep(-1);" : "3");
            }

            Before = Sources();
            string[] arguments = ["run", .. Second.Keys.Select(name => name + ".ipynb"), "--output", "out", "--keep-going", "--timeout", "120", "--memory", "200"];
            using Process process = Process.Start(AdvnbProcess.StartInfo(_folder.Path, arguments))!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
            Task ended = process.WaitForExitAsync();
            while (await Task.WhenAny(ended, Task.Delay(100)) != ended)
                PeakMegabytes = Math.Max(PeakMegabytes, Peak(process));
            (ExitCode, Output, Error) = (process.ExitCode, await output, await error);
            Kernels = [.. File.ReadLines(_folder.File("pids")).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
        }

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        private static long Peak(Process process)
        {
            process.Refresh();
            return process.HasExited ? 0 : process.PeakWorkingSet64 >> 20;
        }
    }
}
