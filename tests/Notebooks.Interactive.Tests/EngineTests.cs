using AdvNotebooks.Tests.Course;

namespace AdvNotebooks.Tests;

/// <summary>The knob <c>engine</c> in .NET Interactive: it alone brings libtorch in.</summary>
[Collection(KernelSession.Tests)]
public sealed class EngineTests : IDisposable
{
    // Few images: what is tested is that they go through libtorch at all.
    private static readonly Dictionary<string, string> Values = new()
    {
        ["01-load-mnist"] = "dataset = \"synthetic\"; trainCount = 200; testCount = 40;",
        ["02-baseline-training"] = "engine = \"torchsharp\"; epochs = 1; batchSize = 20;",
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Notebook_2_trains_on_libtorch_when_the_knob_says_so()
    {
        using var session = new KernelSession(_folder.Path);
        foreach ((string name, string values) in Values)
        {
            using var kernel = new InteractiveKernel();
            foreach ((string id, string source, _) in ExecutedNotebook.Read(CourseFolder.Notebook(name + ".ipynb")).Cells)
            {
                await RunAsync(kernel, name, id, source);
                if (id == "parameters")
                    await RunAsync(kernel, name, "values", values);
            }

            if (name.StartsWith("02", StringComparison.Ordinal))
                Assert.Equal("TorchSharp 0.107.0, cpu; TorchNetwork", (await RunAsync(kernel, name, "engine", "$\"{card.Content.Engine}; {model.GetType().Name}\"")).Value);
        }
    }

    private static async Task<CellRun> RunAsync(InteractiveKernel kernel, string name, string id, string source)
    {
        CellRun run = await kernel.RunAsync(source);
        Assert.True(run.Failure is null, $"{name}, {id}: {run.Failure}");
        Assert.True(run.Warnings.Length == 0, $"{name}, {id}: {run.Warnings}");
        return run;
    }
}
