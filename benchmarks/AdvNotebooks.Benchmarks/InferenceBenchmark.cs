namespace AdvNotebooks.Benchmarks;

/// <summary>Times ONNX Runtime on the recipe's network: the same evaluation as <see cref="EngineBenchmark"/>'s, at its best batch size.</summary>
internal static class InferenceBenchmark
{
    /// <summary>The runtime's name among engines.</summary>
    public const string Engine = "onnxruntime";

    private static readonly int[] BatchSizes = [50, 100, 250, 500];

    /// <summary>Measures.</summary>
    /// <param name="request">On how many threads, and how often.</param>
    /// <param name="report">Told what is about to run.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="EngineUnavailableException">ONNX Runtime is not here.</exception>
    public static InferenceReport Run(BenchmarkRequest request, Action<string> report)
    {
        ImageSet images = BenchmarkData.Random(BenchmarkData.TestCount, seed: 43);
        INetwork network = BenchmarkData.Network(request.Threads);
        string folder = Directory.CreateTempSubdirectory("advnb-bench-").FullName;
        try
        {
            InferenceReport[] tried = [.. BatchSizes.Select((size, i) =>
            {
                // First, so that nothing but what to install is said where the runtime is missing.
                string path = Path.Combine(folder, FormattableString.Invariant($"{size}.onnx"));
                ModelFormat.Save(network, path, size);
                report(FormattableString.Invariant(
                    $"{i + 1}/{BatchSizes.Length}: {request.Passes} evaluations of 10,000 images, {size} at a time"));
                return Time(path, network, images, request, size);
            })];
            return tried.MinBy(one => one.Evaluate.Median)!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static InferenceReport Time(string path, INetwork network, ImageSet images, BenchmarkRequest request, int size)
    {
        IClassifier model = ModelFormat.Load(path, new ModelInput(network.InputShape, network.Classes) { Threads = request.Threads });
        using IDisposable? held = model as IDisposable;
        double[] evaluated = EngineBenchmark.Time(1, request.Passes, () => Evaluation.Of(model, images));
        return new InferenceReport(model.Engine, model.Threads, size, Measure.Of(evaluated), Figures.PeakMegabytes());
    }
}
