using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace AdvLib;

/// <summary>
/// An ONNX file, whatever made it, as a classifier that predicts: for evaluation, noise, the Square attack, and images that were made on
/// another model (transfer). It has no gradients, so FGSM or PGD on it does not compile. The file's first output is taken for the logits;
/// one that ends with a softmax gives probabilities instead, of which classes and attacks by score are the same, and losses are not.
/// </summary>
/// <example><code>
/// using var model = new OnnxModel("model.onnx", new Shape(28, 28, 1), mean: [0.1307f], std: [0.3081f]);
/// var transferred = Evaluation.Of(model, new Fgsm(0.1f).Perturb(surrogate, data.Test));
/// </code></example>
public sealed class OnnxModel : IClassifier, IDisposable
{
    // Images that go through the model at a time, where it takes any number.
    private const int Batch = 500;

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly OnnxInput _input;

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">Shape of one image; the model may want its channels first or last.</param>
    /// <param name="mean">Subtracted from the pixels of each channel; zeros when not given.</param>
    /// <param name="std">Divides them then; ones when not given. Declared here, they leave an attack's epsilon in pixels.</param>
    /// <param name="threads">Threads to compute on; as many as the machine has cores when not given.</param>
    /// <param name="channelsLast">Whether channels come last; told from the model's sizes when not given, first where both fit.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OnnxModelException">The file is damaged, or its model is no classifier of float32 images.</exception>
    /// <exception cref="ShapeMismatchException">The shape is not the model's, or mean or deviation is not one value a channel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public OnnxModel(string path, Shape inputShape, IReadOnlyList<float>? mean = null, IReadOnlyList<float>? std = null,
        int? threads = null, bool? channelsLast = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no ONNX file \"{path}\".", path);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        (InputShape, Threads) = (inputShape, threads ?? Environment.ProcessorCount);
        _session = Open(path, Threads);
        try
        {
            if (_session.InputNames.Count != 1
                || _session.InputMetadata[_session.InputNames[0]] is not { IsTensor: true, ElementDataType: TensorElementType.Float } input)
                throw Odd(path, $"{_session.InputNames.Count} inputs, {string.Join(", ", _session.InputNames)}", "one, of float32 images.");
            _input = new OnnxInput(input.Dimensions, inputShape, mean, std, channelsLast);
            Classes = _session.OutputMetadata[_session.OutputNames[0]] is
            {
                IsTensor: true, ElementDataType: TensorElementType.Float,
                Dimensions: [_, > 1 and var classes]
            }
                ? classes
                : throw Odd(path, $"the output {_session.OutputNames[0]}", "float32 images x classes as the first output.");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the file leaves open that channels come first.</summary>
    internal bool IsLayoutGuessed => _input.IsGuess;

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public string Engine => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}";

    /// <inheritdoc/>
    public int Threads { get; }

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = ModelFit.Count(images, InputShape);
        ModelFit.CheckLength(logits.Length, count * Classes, "logits");
        for (int start = 0; start < count;)
        {
            int here = Math.Min(_input.FixedBatch > 0 ? _input.FixedBatch : Batch, count - start);
            // A model of a fixed number of images gets blank ones behind the last.
            int given = Math.Max(here, _input.FixedBatch);
            var values = new float[given * InputShape.Size];
            _input.Write(images.Slice(start * InputShape.Size, here * InputShape.Size), values);
            using OrtValue batch = OrtValue.CreateTensorValueFromMemory(values, _input.Sizes(given));
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, [_session.InputNames[0]], [batch],
                [_session.OutputNames[0]]);
            results[0].GetTensorDataAsSpan<float>()[..(here * Classes)].CopyTo(logits[(start * Classes)..]);
            start += here;
        }
    }

    /// <summary>The engine and the model's shape.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Engine}: {InputShape} to {Classes} classes";

    /// <summary>Closes the model.</summary>
    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }

    private static InferenceSession Open(string path, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new OnnxModelException($"{Path.GetFileName(path)} does not load: {exception.Message}",
                "an ONNX model that this ONNX Runtime knows.", "Export it again, for an opset it knows.", exception);
        }
    }

    private static OnnxModelException Odd(string path, string found, string expected) =>
        new($"{Path.GetFileName(path)} has {found}.", expected, "Export the classifier alone.");
}
