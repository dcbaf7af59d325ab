using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Tests;

/// <summary>The C# kernel in this process, with the console captured while a cell runs, as the child process has it.</summary>
internal sealed class InProcessKernel(string folder) : IKernel
{
    private readonly CSharpKernel _kernel = new(folder);
    private int _count;

    public async Task<CellError?> ExecuteAsync(CellRequest cell, Action<KernelEvent> report, CancellationToken cancellation)
    {
        TextWriter output = Console.Out;
        TextWriter error = Console.Error;
        CellWriter.ReplaceConsole();
        try
        {
            return await _kernel.ExecuteAsync(cell, report, cancellation);
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    public Task<CellError?> EndAsync() => _kernel.EndAsync();

    public ValueTask DisposeAsync() => _kernel.DisposeAsync();

    /// <summary>Runs a cell; a stray error fails the test.</summary>
    public async Task<List<KernelEvent>> Run(string source)
    {
        var events = new List<KernelEvent>();
        CellError? error = await ExecuteAsync(new CellRequest(++_count, source), events.Add, CancellationToken.None);
        Assert.True(error is null, error is null ? "" : string.Join('\n', error.Traceback));
        return events;
    }

    /// <summary>Runs a cell that must fail.</summary>
    public async Task<CellError> Fail(string source)
    {
        CellError? error = await ExecuteAsync(new CellRequest(++_count, source), _ => { }, CancellationToken.None);
        Assert.NotNull(error);
        return error;
    }

    /// <summary>The plain text of a cell's value.</summary>
    public async Task<string> Value(string source)
    {
        List<KernelEvent> events = await Run(source);
        return Assert.IsType<ResultEvent>(Assert.Single(events)).Data["text/plain"];
    }

    /// <summary>What a cell writes to a stream.</summary>
    public async Task<string> Stream(string name, string source)
    {
        List<KernelEvent> events = await Run(source);
        return string.Concat(events.Cast<StreamEvent>().Where(e => e.Name == name).Select(e => e.Text));
    }
}
