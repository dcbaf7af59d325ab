using System.Globalization;

namespace AdvNotebooks.Benchmarks;

/// <summary>Measures what <c>advnb bench</c> is asked for.</summary>
/// <param name="host">The program that this runs in.</param>
public sealed class Benchmark(BenchmarkHost host)
{
    /// <summary>The exit code of a program that was to be measured but is not installed; it says what to install.</summary>
    public const int NotInstalled = 3;

    /// <summary>Measures.</summary>
    /// <param name="request">What, and how often.</param>
    /// <param name="cancellation">Ends it early, and every process that it started.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="BenchmarkException">A program that takes part cannot be started, or failed.</exception>
    /// <exception cref="DataFileException">MNIST's files are damaged.</exception>
    /// <exception cref="EngineUnavailableException">The engine to measure is not here.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<IBenchmarkReport> MeasureAsync(BenchmarkRequest request, CancellationToken cancellation)
    {
        if (request.Peer)
            return await CompareAsync(request, cancellation);
        Func<Task<IBenchmarkReport>> work = request.Kind switch
        {
            BenchmarkKind.Mpi => async () => await new RanksBenchmark(host, request.Steps).RunAsync(cancellation),
            BenchmarkKind.Attack => async () => await new AttackRanksBenchmark(host, request.PieceImages).RunAsync(request.Images, cancellation),
            BenchmarkKind.Steps when request.Engine == InferenceBenchmark.Engine =>
                () => Task.FromResult<IBenchmarkReport>(InferenceBenchmark.Run(request, host.Report)),
            BenchmarkKind.Steps => async () => await new EngineBenchmark(host, request).RunAsync(cancellation),
            BenchmarkKind.Profile => () => Task.FromResult<IBenchmarkReport>(ProfileBenchmark.Run(request.Threads, request.Steps, request.Passes, host.Report)),
            BenchmarkKind.Scaling => () => Task.FromResult<IBenchmarkReport>(ScalingBenchmark.Run(request.Threads, request.Steps, request.Images, host.Report)),
            _ => () => Task.FromResult<IBenchmarkReport>(RecipeBenchmark.Run(request.Threads, request.Images, request.Epochs, host.Report, cancellation)),
        };
        return await Task.Run(work, cancellation).WaitAsync(cancellation);
    }

    private async Task<IBenchmarkReport> CompareAsync(BenchmarkRequest request, CancellationToken cancellation)
    {
        static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
        string[] threads = ["--threads", Text(request.Threads)];
        if (request.Kind == BenchmarkKind.Steps)
        {
            string[] counts = [.. threads, "--steps", Text(request.Steps)];
            string[] passes = [.. counts, "--passes", Text(request.Passes)];
            return await PeerComparison.RunAsync(
                Figures.Steps, request.Threads, BenchmarkSide.AdvLib(host, passes),
                [BenchmarkSide.TorchSharp(host, request.Threads, passes), BenchmarkSide.OnnxRuntime(host, passes),
                    BenchmarkSide.PyTorch(host, ["--synthetic", .. counts, "--repeats", Text(request.Passes)])],
                request.Rounds, host.Report, cancellation);
        }

        string[] recipe = ["--recipe", .. threads, "--epochs", Text(request.Epochs), "--images", Text(request.Images)];
        string[] data = BenchmarkData.MnistFolder is { } folder ? ["--mnist", folder] : ["--synthetic"];
        return await PeerComparison.RunAsync(
            Figures.Recipe, request.Threads, BenchmarkSide.AdvLib(host, recipe), [BenchmarkSide.PyTorch(host, [.. data, .. recipe])],
            request.Rounds, host.Report, cancellation);
    }
}
