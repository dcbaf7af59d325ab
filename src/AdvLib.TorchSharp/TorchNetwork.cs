using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// A network of AdvLib's on libtorch. Initial weights, dropout masks, losses, optimizers and moving statistics are those of the
/// description and of AdvLib, so the same seed begins with the same weights and trains on the same masks as on the built-in engine;
/// rounding differs.
/// </summary>
/// <remarks>
/// Calls from several threads are served one at a time, except that a thread which trains the network has it alone. No call leaves a
/// tensor behind.
/// </remarks>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed class TorchNetwork : INetwork, IResumable, IVisual, IDisposable
{
    private readonly ModelGate _gate = new();
    private readonly Device _device;
    private readonly TorchInference _inference;
    private readonly TorchParameters _parameters;
    private readonly Rng _masks;
    private bool _weightsWereSet;
    private NumericalFaultException? _fault;

    /// <summary>Builds a network with fresh weights.</summary>
    /// <param name="network">What to build.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <exception cref="TorchUnavailableException">libtorch does not load, or has no such device.</exception>
    public TorchNetwork(Network network, ulong seed, string device = "cpu")
    {
        ArgumentNullException.ThrowIfNull(network);
        _device = TorchDevice.Open(device);
        Description = network;
        _inference = new TorchInference(InputShape, Classes, _device);
        _masks = new Rng(seed, RandomPurpose.Dropout);
        using IDisposable scope = NewDisposeScope();
        _parameters = new TorchParameters(network.InitialWeights(seed), _device);
    }

    /// <inheritdoc/>
    public Network Description { get; }

    /// <inheritdoc/>
    public Shape InputShape => Description.InputShape;

    /// <inheritdoc/>
    public int Classes => Description.Classes;

    /// <inheritdoc/>
    public string Engine => $"{TorchNative.Version}, {_device}";

    /// <summary>Threads that libtorch computes on, in the whole process: <c>torch.set_num_threads</c>.</summary>
    public int Threads => get_num_threads();

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = ModelFit.Count(images, InputShape);
        ModelFit.CheckLength(logits.Length, count * Classes, "logits");
        using ModelGate.Entry turn = _gate.Use();
        RefuseFault();
        using IDisposable all = NewDisposeScope();
        _inference.Logits(images, InferencePass().Forward, logits);
    }

    /// <inheritdoc/>
    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient,
        Span<float> logits = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ModelFit.CountToDifferentiate(images, labels, gradient, logits, InputShape, Classes);
        using ModelGate.Entry turn = _gate.Use();
        RefuseFault();
        using IDisposable all = NewDisposeScope();
        _inference.InputGradient(images, labels, loss, InferencePass().Forward, gradient, logits);
    }

    /// <inheritdoc/>
    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        IVectorOptimizer mine = optimizer as IVectorOptimizer ?? throw new ArgumentException(
            $"A {optimizer.GetType().Name} for a network of AdvLib. Expected: an optimizer of AdvLib. "
            + "Use Adam or Sgd; a TorchOptimizer moves a TorchModel.", nameof(optimizer));
        int count = ModelFit.CountToTrain(images, labels, InputShape, Classes);
        using ModelGate.Entry turn = _gate.Train();
        RefuseFault();
        using IDisposable scope = NewDisposeScope();
        CheckWeights(mine.Steps + 1);
        Dictionary<string, Tensor> weights = _parameters.Views(training: true);
        var pass = new TorchPass(Description, weights, _masks);
        Tensor output = pass.Forward(_inference.Pixels(images));
        var rows = new float[count * Classes];
        var slopes = new float[rows.Length];
        TorchTensors.Read(output, rows);
        StepResult result = loss.DifferentiateMean(rows, labels, slopes);
        if (!float.IsFinite(result.Loss))
            throw new NumericalFaultException("the network's outputs", mine.Steps + 1,
                isGiven: images.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        TorchTensors.Backward(output, slopes);
        bool finite = _parameters.Step(mine, weights);
        using (no_grad())
        {
            foreach ((PlacedLayer place, Tensor mean, Tensor variance) in pass.Statistics)
            {
                float momentum = ((BatchNorm)place.Layer).Momentum;
                weights[$"{place.Name}.moving_mean"].mul_(momentum).add_(mean, 1 - momentum);
                weights[$"{place.Name}.moving_variance"].mul_(momentum).add_(variance, 1 - momentum);
            }
        }

        if (finite)
            return result;
        _fault = new NumericalFaultException("the gradients", mine.Steps, isGiven: false);
        throw _fault;
    }

    /// <inheritdoc/>
    public IDisposable BeginTraining() => _gate.TrainOn();

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> GetWeights()
    {
        using ModelGate.Entry turn = _gate.Use();
        using IDisposable scope = NewDisposeScope();
        return _parameters.Get();
    }

    /// <inheritdoc/>
    public void SetWeights(IReadOnlyList<NamedTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using ModelGate.Entry turn = _gate.Use();
        using IDisposable scope = NewDisposeScope();
        _parameters.Set(weights);
        _weightsWereSet = true;
        _fault = null;
    }

    /// <summary>Keeps the place in the random numbers of the dropout masks, which <see cref="GetWeights"/> does not give.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("engine", TorchSharpEngine.Name);
        state.Match("layers", string.Join(", ", Description.Layers.Select(place => $"{place.Layer.Kind} {place.Layer.Details}".TrimEnd())));
        using ModelGate.Entry turn = _gate.Use();
        _masks.Exchange(state.Part("dropout"));
    }

    /// <summary>The engine, and the network's summary.</summary>
    /// <returns>An HTML fragment.</returns>
    public string ToHtml() => $"<p>{Show.Escape(Engine)}</p>\n{Description.ToHtml()}";

    /// <summary>The engine, and the network's summary as text.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => $"{Engine}\n{Description}";

    /// <summary>Frees the weights.</summary>
    public void Dispose() => _parameters.Dispose();

    // A step that made NaN or infinity of the weights has broken the network: it answers nothing until it is given others.
    private void RefuseFault()
    {
        if (_fault is { } fault)
            throw fault.Afterwards();
    }

    // Weights that were set to no numbers are found before a step makes more of them.
    private void CheckWeights(int step)
    {
        if (_weightsWereSet && _parameters.Get().FirstOrDefault(tensor => !tensor.Values.All(float.IsFinite)) is { } wrong)
            throw new NumericalFaultException(wrong.Name, step, isGiven: true);
        _weightsWereSet = false;
    }

    private TorchPass InferencePass() => new(Description, _parameters.Views(training: false), masks: null);
}
