using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// The child process's side: reads cells to execute from standard input, one JSON line each, and writes events to a pipe of
/// its own, which nothing a cell prints can disturb. An empty line asks the running cell to stop: trainings save themselves first.
/// It ends when its input ends, so no kernel outlives its runner.
/// </summary>
internal sealed class KernelHost
{
    // Roslyn binds long expressions recursively, and cells may recurse too; the default of a thread is 1.5 MB.
    private const int StackSize = 64 << 20;

    private readonly Lock _sending = new();
    private readonly Stream _channel;
    // Made on the thread that serves, while others start.
    private readonly Lazy<CSharpKernel> _kernel = new(() => new CSharpKernel(Environment.CurrentDirectory));
    private readonly BlockingCollection<CellRequest> _pending = [];

    private KernelHost(Stream channel) => _channel = channel;

    /// <summary>Serves until standard input ends, then ends the process.</summary>
    /// <param name="pipe">Handle of the anonymous pipe to write events to.</param>
    public static void Run(string pipe)
    {
        var host = new KernelHost(new AnonymousPipeClientStream(PipeDirection.Out, pipe));
        using var requests = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
        // Ctrl-C reaches the whole process group; the runner decides what becomes of this process.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        CellWriter.ReplaceConsole();
        using var stop = new CancellationTokenSource();
        TrainingEvents.Install(stop.Token);

        // An exception on a thread that a cell started would end this process without a word about the cell.
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            host.Send(new CellDoneEvent(host._kernel.Value.Unhandled(exception)));
            return true;
        });
        new Thread(host.Serve, StackSize) { IsBackground = true, Name = "cells" }.Start();
        new Thread(WarmUp, StackSize) { IsBackground = true, Name = "warm-up" }.Start();
        while (requests.ReadLine() is { } line)
        {
            if (line.Length == 0)
                stop.Cancel();
            else
                host._pending.Add(JsonSerializer.Deserialize(line, KernelJson.Default.CellRequest)!);
        }

        host.Send(new CellDoneEvent(host._kernel.Value.EndAsync().GetAwaiter().GetResult()));
        // Not a plain return: threads that a cell left running must not keep the process.
        Environment.Exit(0);
    }

    private void Serve()
    {
        foreach (CellRequest cell in _pending.GetConsumingEnumerable())
            Send(new CellDoneEvent(_kernel.Value.ExecuteAsync(cell, Send, CancellationToken.None).GetAwaiter().GetResult()));
    }

    // Most of the first cells' time goes to compiling the compiler itself; a second core can take a part of that.
    // Measured on two idle cores: 16 small cells in 2.4 s instead of 3.0 s.
    private static void WarmUp()
    {
        OutputFormatter.Format(new { Number = 1, Array = new float[] { 1, 2 }, Record = new Shape(1, 2, 3) });
        using var session = new ScriptSession();
        session.RunAsync("""
            var x = 1;
            float Square(float v) => v * v;
            var y = Enumerable.Range(0, 9).Select(i => $"{Square(i * x):0.00}").ToArray();
            y
            """, "warm-up", _ => { }).GetAwaiter().GetResult();
    }

    private void Send(KernelEvent kernelEvent)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(kernelEvent, KernelJson.Default.KernelEvent);
        try
        {
            lock (_sending)
                _channel.Write([.. json, (byte)'\n']);
        }
        catch (IOException)
        {
            // The runner is gone, and with it standard input: this process is about to end.
        }
    }
}
