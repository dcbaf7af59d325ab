using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// A kernel in a child process of its own, so that a cell which hangs, crashes or ends the process harms nothing else. Events
/// come by a pipe; what reaches the process's raw standard output and error (native code, a crash) counts as the cell's output.
/// </summary>
internal sealed class ProcessKernel : IKernel
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly Channel<KernelEvent> _events = Channel.CreateUnbounded<KernelEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Process _process;
    private readonly Task _pump;

    /// <summary>Starts the child process.</summary>
    /// <param name="folder">The notebook's folder: the child's working directory.</param>
    public ProcessKernel(string folder)
    {
        ProcessStartInfo start = ThisProgram.With(Commands.KernelCommand.Name, _pipe.GetClientHandleAsString());
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(false);
        // A relative folder would mean another one in the child's working directory.
        if (start.Environment.TryGetValue("ADVLIB_ARTIFACTS", out string? artifacts) && !string.IsNullOrEmpty(artifacts))
            start.Environment["ADVLIB_ARTIFACTS"] = Path.GetFullPath(artifacts);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The kernel's process did not start.");
        _pipe.DisposeLocalCopyOfClientHandle();
        _pump = PumpAsync();
    }

    /// <summary>Number of the child process.</summary>
    public int ProcessId => _process.Id;

    /// <inheritdoc/>
    public async Task<CellError?> ExecuteAsync(CellRequest cell, Action<KernelEvent> report, CancellationToken cancellation)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(cell, KernelJson.Default.CellRequest).AsMemory(), cancellation);
            await _process.StandardInput.FlushAsync(cancellation);
        }
        catch (IOException)
        {
            // The process has ended; its last events say why.
        }

        try
        {
            await foreach (KernelEvent kernelEvent in _events.Reader.ReadAllAsync(cancellation))
            {
                if (kernelEvent is CellDoneEvent done)
                    return done.Error;
                report(kernelEvent);
            }
        }
        catch (OperationCanceledException)
        {
            Kill();
            await _pump;
            while (_events.Reader.TryRead(out KernelEvent? kernelEvent))
                report(kernelEvent);
            throw;
        }

        string message = $"The notebook's process ended while the cell ran (exit code {_process.ExitCode}).";
        return new CellError("KernelDied", message, [message]);
    }

    /// <summary>Asks the child process to end, and ends it and what it started when it does not.</summary>
    /// <returns>Done when the process has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(Grace);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            Kill();
        }

        _pipe.Dispose();
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private async Task PumpAsync()
    {
        Task readers = Task.WhenAll(ReadEventsAsync(), ReadRawAsync("stdout", _process.StandardOutput), ReadRawAsync("stderr", _process.StandardError));
        await _process.WaitForExitAsync();
        // The rest is in the pipes by now; a process that a cell started may hold them open for ever.
        await Task.WhenAny(readers, Task.Delay(Grace));
        _events.Writer.TryComplete();
    }

    private async Task ReadEventsAsync()
    {
        using var reader = new StreamReader(_pipe, new UTF8Encoding(false));
        while (await reader.ReadLineAsync() is { } line)
        {
            try
            {
                _events.Writer.TryWrite(JsonSerializer.Deserialize(line, KernelJson.Default.KernelEvent)!);
            }
            catch (JsonException)
            {
                // The process was killed in the middle of a line.
                return;
            }
        }
    }

    private async Task ReadRawAsync(string name, StreamReader reader)
    {
        char[] buffer = new char[4096];
        int read;
        while ((read = await reader.ReadAsync(buffer)) > 0)
            _events.Writer.TryWrite(new StreamEvent(name, new string(buffer, 0, read)));
    }
}
