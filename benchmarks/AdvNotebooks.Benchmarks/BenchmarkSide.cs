using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>One side of a comparison: a program that prints its figures as JSON, run in a process of its own.</summary>
/// <param name="name">The side's name.</param>
/// <param name="required">Whether a program that is not there is an error; else something to install.</param>
/// <param name="program">The executable.</param>
/// <param name="arguments">Its arguments.</param>
internal sealed class BenchmarkSide(string name, bool required, string program, params string[] arguments)
{
    private const string Prefix = "advnb: ";
    private const string Python = "/usr/bin/python3";

    // 128 + SIGINT, as shells have it.
    private const int Interrupted = 130;

    /// <summary>The side's name.</summary>
    public string Name => name;

    /// <summary>Threads for OpenMP, where the program is not told by an argument; 0 for none.</summary>
    public int OpenMpThreads { get; init; }

    /// <summary>What it measures, where that is less than the others do.</summary>
    public IReadOnlyList<Figure>? Kinds { get; init; }

    /// <summary>This program again: AdvLib.</summary>
    /// <param name="host">This program.</param>
    /// <param name="arguments">What <c>advnb bench</c> is to measure.</param>
    public static BenchmarkSide AdvLib(BenchmarkHost host, params string[] arguments)
    {
        ProcessStartInfo start = host.Again(["bench", "--json", .. arguments]);
        return new BenchmarkSide("AdvLib", true, start.FileName, [.. start.ArgumentList]);
    }

    /// <summary>This program again, on libtorch through TorchSharp.</summary>
    /// <param name="host">This program.</param>
    /// <param name="threads">Threads to compute on.</param>
    /// <param name="arguments">What <c>advnb bench</c> is to measure.</param>
    public static BenchmarkSide TorchSharp(BenchmarkHost host, int threads, params string[] arguments)
    {
        ProcessStartInfo start = host.Again(["bench", "--json", "--engine", "torchsharp", .. arguments]);
        return new BenchmarkSide("TorchSharp", true, start.FileName, [.. start.ArgumentList]) { OpenMpThreads = threads };
    }

    /// <summary>This program again, on ONNX Runtime, which only evaluates.</summary>
    /// <param name="host">This program.</param>
    /// <param name="arguments">What <c>advnb bench</c> is to measure.</param>
    public static BenchmarkSide OnnxRuntime(BenchmarkHost host, params string[] arguments)
    {
        ProcessStartInfo start = host.Again(["bench", "--json", "--engine", InferenceBenchmark.Engine, .. arguments]);
        return new BenchmarkSide("ONNX Runtime", true, start.FileName, [.. start.ArgumentList]) { Kinds = Figures.Inference };
    }

    /// <summary>The project's script that measures PyTorch.</summary>
    /// <param name="host">This program.</param>
    /// <param name="arguments">What it is to measure.</param>
    /// <exception cref="BenchmarkException">The script is not there.</exception>
    public static BenchmarkSide PyTorch(BenchmarkHost host, params string[] arguments)
    {
        string script = Path.Combine(host.Repository, "benchmarks", "peer_torch.py");
        if (!File.Exists(script))
            throw new BenchmarkException($"There is no {script}.", "the script that measures PyTorch.", "Run this command inside the repository.");
        string? chosen = Environment.GetEnvironmentVariable("ADVNB_PYTHON") is { Length: > 0 } named ? named : null;
        string python = chosen ?? (File.Exists(Python) ? Python : "python3");
        return new BenchmarkSide("PyTorch", chosen is not null, python, [script, .. arguments]);
    }

    /// <summary>Runs the program to its end; ends it, and what it started, when cancelled.</summary>
    /// <param name="kinds">What it measures.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Its figures; or null and what it says about what to install.</returns>
    /// <exception cref="BenchmarkException">It did not start, failed, or printed no figures.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or interrupted along with this program.</exception>
    public async Task<(Figures? Figures, string Advice)> RunAsync(IReadOnlyList<Figure> kinds, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Else OpenBLAS's threads, which PyTorch does not count, compete with its own.
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        if (OpenMpThreads > 0)
            start.Environment["OMP_NUM_THREADS"] = OpenMpThreads.ToString(CultureInfo.InvariantCulture);
        Process? started = Start(start, out string problem);
        if (started is null)
            return (null, problem);
        using Process process = started;
        // At once, whatever else is being waited for: a benchmark left behind would disturb the next one.
        using CancellationTokenRegistration end = cancellation.Register(() => Kill(process));
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        string said = (await error).Trim();
        return process.ExitCode switch
        {
            0 => (Figures.Parse(Kinds ?? kinds, name, await output), ""),
            // This program again names itself in front, as the one that reports it will.
            Benchmark.NotInstalled => (null, said.StartsWith(Prefix, StringComparison.Ordinal) ? said[Prefix.Length..] : said),
            // Ctrl-C reaches the whole group: the child may end before this program hears of it.
            Interrupted => throw new OperationCanceledException(),
            _ => throw new BenchmarkException(
                $"{name}'s benchmark ended with exit code {process.ExitCode.ToString(CultureInfo.InvariantCulture)} and said:{Environment.NewLine}{said}{Environment.NewLine}",
                "its figures.",
                $"Start it by itself: {program} {string.Join(' ', arguments)}"),
        };
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private Process? Start(ProcessStartInfo start, out string problem)
    {
        problem = "";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing) when (required)
        {
            throw new BenchmarkException($"{program} does not start: {missing.Message}.", $"the program of {name}'s benchmark.", "ADVNB_PYTHON names the Python that has PyTorch.", missing);
        }
        catch (Win32Exception)
        {
            problem = $"There is no {program}, which PyTorch needs. Install both: `apt install python3-torch` on Debian and Ubuntu.";
            return null;
        }
    }
}
