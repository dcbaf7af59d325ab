using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// A kernel in a child process of its own, so that a cell which hangs, crashes or ends the process harms nothing else. Events
/// come by a pipe; what reaches the process's raw standard output and error (native code, a crash) counts as the cell's output.
/// </summary>
internal sealed partial class ProcessKernel : IKernel
{
    /// <summary>Time a process gets to stop by itself. A training needs a step, and its checkpoint on the disk.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>The command that the child process is started with; the handle of its pipe follows.</summary>
    public const string Command = "kernel";

    private const int LastWordsLength = 1 << 16;
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);
    // Bounded, so that a cell which prints faster than it is read waits, and this process's memory does not grow.
    private readonly Channel<KernelEvent> _events = Channel.CreateBounded<KernelEvent>(
        new BoundedChannelOptions(1000) { SingleReader = true });
    private readonly StringBuilder _lastWords = new();
    private readonly Process _process;
    private int _cell;

    /// <summary>Starts the child process.</summary>
    /// <param name="folder">The notebook's folder: the child's working directory.</param>
    /// <param name="memory">Managed memory that it may take, in MB of 2^20 bytes; null for no limit but the machine's.</param>
    public ProcessKernel(string folder, int? memory = null)
    {
        ProcessStartInfo start = ThisProgram.With(Command, _pipe.GetClientHandleAsString());
        start.WorkingDirectory = folder;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardInputEncoding = new UTF8Encoding(false);
        // A relative folder would mean another one in the child's working directory.
        if (start.Environment.TryGetValue("ADVLIB_ARTIFACTS", out string? artifacts) && !string.IsNullOrEmpty(artifacts))
            start.Environment["ADVLIB_ARTIFACTS"] = Path.GetFullPath(artifacts);
        if (memory is { } megabytes)
            start.Environment["DOTNET_GCHeapHardLimit"] = ((long)megabytes << 20).ToString("x", CultureInfo.InvariantCulture);
        _process = Process.Start(start) ?? throw new InvalidOperationException("The kernel's process did not start.");
        _pipe.DisposeLocalCopyOfClientHandle();
        _ = PumpAsync();
    }

    /// <summary>Number of the child process.</summary>
    public int ProcessId => _process.Id;

    /// <inheritdoc/>
    public async Task<CellError?> ExecuteAsync(CellRequest cell, Action<KernelEvent> report, CancellationToken cancellation)
    {
        _cell = cell.Number;
        lock (_lastWords)
            _lastWords.Clear();
        try
        {
            await _process.StandardInput.WriteLineAsync(
                JsonSerializer.Serialize(cell, KernelJson.Default.CellRequest).AsMemory(), cancellation);
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
            if (!await StopAsync(report))
            {
                Kill();
                await foreach (KernelEvent kernelEvent in _events.Reader.ReadAllAsync(CancellationToken.None))
                    report(kernelEvent);
            }

            throw;
        }

        return Death();
    }

    /// <inheritdoc/>
    public async Task<CellError?> EndAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(EndPatience);
        try
        {
            await foreach (KernelEvent kernelEvent in _events.Reader.ReadAllAsync(patience.Token))
            {
                if (kernelEvent is CellDoneEvent done)
                    return done.Error;
            }
        }
        catch (OperationCanceledException)
        {
            // What does not end by itself is killed.
            return null;
        }

        return Death();
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

    // Whether the running cell has ended in time after it was asked to.
    private async Task<bool> StopAsync(Action<KernelEvent> report)
    {
        using var patience = new CancellationTokenSource(Grace);
        try
        {
            await _process.StandardInput.WriteLineAsync("".AsMemory(), patience.Token);
            await _process.StandardInput.FlushAsync(patience.Token);
            await foreach (KernelEvent kernelEvent in _events.Reader.ReadAllAsync(patience.Token))
            {
                if (kernelEvent is CellDoneEvent)
                    return true;
                report(kernelEvent);
            }

            return false;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return false;
        }
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

    // The process has ended before its cell: what the runtime said last, and the exit code, tell why.
    private CellError Death()
    {
        string cell = CellErrors.NameOf(_cell), words;
        lock (_lastWords)
            words = LastWords().Match(_lastWords.ToString()).Value.Trim();
        var (name, reason) = (words, _process.ExitCode) switch
        {
            ("", 128 + 9) => ("Killed", "It was killed, perhaps because the machine's memory ran out."),
            ("", _) => ("ProcessEnded", "Environment.Exit does that, or native code that fails."),
            _ when words.StartsWith("Stack overflow", StringComparison.Ordinal) =>
                ("StackOverflow", "Stack overflow: look for a recursion without end."),
            _ when words.StartsWith("Out of memory", StringComparison.Ordinal) => ("OutOfMemory", "Out of memory."),
            _ => ("Crash", words),
        };
        string message = string.Create(
            CultureInfo.InvariantCulture, $"{cell} ended the notebook's process (exit code {_process.ExitCode}). {reason}");
        return new CellError(name, message, [message]) { EndsKernel = true };
    }

    private async Task PumpAsync()
    {
        Task readers = Task.WhenAll(
            ReadEventsAsync(), ReadRawAsync("stdout", _process.StandardOutput), ReadRawAsync("stderr", _process.StandardError));
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
                await WriteAsync(JsonSerializer.Deserialize(line, KernelJson.Default.KernelEvent)!);
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
        {
            if (name == "stderr")
            {
                lock (_lastWords)
                    _lastWords.Append(buffer, 0, Math.Min(read, LastWordsLength - _lastWords.Length));
            }

            await WriteAsync(new StreamEvent(name, new string(buffer, 0, read)));
        }
    }

    private async ValueTask WriteAsync(KernelEvent kernelEvent)
    {
        try
        {
            await _events.Writer.WriteAsync(kernelEvent);
        }
        catch (ChannelClosedException)
        {
            // Nobody waits for it: the process has ended, and what it started talks on.
        }
    }

    [GeneratedRegex(@"^(Stack overflow|Out of memory|Process terminated|Fatal error|Unhandled exception)\b.*",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex LastWords();
}
