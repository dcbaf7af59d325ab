using System.Reflection;
using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// A network on libtorch, by TorchSharp: what computes is another engine, the network stays the same. Its weights are the network's own:
/// what is trained here is trained there, and the other way round.
/// </summary>
/// <remarks>
/// libtorch computes forward and backward; losses, optimizers, moving statistics and dropout masks are AdvLib's own, so that both engines
/// follow the same formulas and the same seed. Who may call when is the network's own rule; no call leaves a tensor behind except the weights' copies.
/// </remarks>
/// <example><code>
/// using var model = new TorchClassifier(SimpleCnn.Create(data.Train.Shape, data.Train.Classes, seed: 42));
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed class TorchClassifier : IClassifier, IResumable, IVisual, IDisposable
{
    // Images that inference takes through the network at a time.
    private const int InferenceBatch = 500;

    private readonly Sequential _network;
    private readonly Device _device;
    private readonly TorchNetwork _torch;

    /// <summary>Takes a network to libtorch.</summary>
    /// <param name="network">The network, which shares its weights.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <param name="threads">Threads libtorch computes on, in the whole process; as many as the network's when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    /// <exception cref="TorchUnavailableException">libtorch does not load, or has no such device.</exception>
    /// <exception cref="NotSupportedException">The network has a layer that this engine lacks.</exception>
    public TorchClassifier(Sequential network, string device = "cpu", int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(device);
        Threads = threads ?? network.Threads;
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1, nameof(threads));
        _network = network;
        _device = TorchDevice.Open(device);
        set_num_threads(Threads);
        _torch = new TorchNetwork(network, _device);
    }

    /// <summary>The network whose weights these are.</summary>
    public Sequential Network => _network;

    /// <inheritdoc/>
    public Shape InputShape => _network.InputShape;

    /// <inheritdoc/>
    public int Classes => _network.Classes;

    /// <inheritdoc/>
    public string Engine => $"TorchSharp {typeof(TorchSharp.torch).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version}, {_device}";

    /// <inheritdoc/>
    public int Threads { get; }

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = ModelFit.Count(images, InputShape);
        ModelFit.CheckLength(logits.Length, count * Classes, "logits");
        using (_network.Gate.Use())
        {
            _torch.Refresh();
            using IDisposable inference = no_grad();
            for (int start = 0; start < count; start += InferenceBatch)
            {
                int batch = Math.Min(InferenceBatch, count - start);
                using IDisposable scope = NewDisposeScope();
                TorchNetwork.Read(_torch.Infer(Images(images, start, batch)), logits.Slice(start * Classes, batch * Classes));
            }
        }
    }

    /// <inheritdoc/>
    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        int count = ModelFit.CountToDifferentiate(images, labels, gradient, logits, InputShape, Classes);
        using (_network.Gate.Use())
        {
            _torch.Refresh();
            var values = new float[Math.Min(count, InferenceBatch) * Classes];
            var slopes = new float[values.Length];
            for (int start = 0; start < count; start += InferenceBatch)
            {
                int batch = Math.Min(InferenceBatch, count - start);
                using IDisposable scope = NewDisposeScope();
                Tensor input = Images(images, start, batch).requires_grad_();
                Tensor output = _torch.Infer(input);
                Span<float> rows = values.AsSpan(0, batch * Classes);
                TorchNetwork.Read(output, rows);
                if (!logits.IsEmpty)
                    rows.CopyTo(logits[(start * Classes)..]);
                BatchLoss.Differentiate(loss, start, rows, labels.Slice(start, batch), slopes);
                Tensor slope = autograd.grad([output], [input], [_torch.Write(slopes.AsSpan(0, rows.Length), batch, Classes)])[0];
                TorchNetwork.Read(slope, gradient.Slice(start * InputShape.Size, batch * InputShape.Size));
            }
        }
    }

    /// <inheritdoc/>
    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        int count = ModelFit.CountToTrain(images, labels, InputShape, Classes);
        using (_network.Gate.Train())
        {
            _network.Admit(optimizer);
            _torch.Refresh();
            using IDisposable scope = NewDisposeScope();
            Tensor output = _torch.ForwardTraining(Images(images, 0, count));
            var rows = new float[count * Classes];
            var slopes = new float[rows.Length];
            TorchNetwork.Read(output, rows);
            StepResult result = BatchLoss.DifferentiateMean(loss, rows, labels, slopes);
            if (!float.IsFinite(result.Loss))
                throw new NumericalFaultException("the network's outputs", optimizer.Steps + 1, isGiven: false);
            _torch.BackwardTraining(output, _torch.Write(slopes, count, Classes));
            if (!_network.Update(optimizer))
                throw new NumericalFaultException("the gradients", optimizer.Steps, isGiven: false);
            return result;
        }
    }

    /// <inheritdoc/>
    public IDisposable BeginTraining() => _network.BeginTraining();

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> GetWeights() => _network.GetWeights();

    /// <inheritdoc/>
    public void SetWeights(IReadOnlyList<NamedTensor> weights) => _network.SetWeights(weights);

    /// <inheritdoc/>
    public void Exchange(ResumeState state) => _network.Exchange(state);

    /// <summary>The engine, and the network's summary.</summary>
    /// <returns>An HTML fragment.</returns>
    public string ToHtml() => $"<p>{Show.Escape(Engine)}</p>\n{_network.ToHtml()}";

    /// <summary>The engine, and the network's summary as text.</summary>
    /// <returns>The lines.</returns>
    public override string ToString() => $"{Engine}\n{_network}";

    /// <summary>Frees libtorch's copies of the weights. The network stays as it is.</summary>
    public void Dispose()
    {
        using (_network.Gate.Use())
            _torch.Dispose();
    }

    private Tensor Images(ReadOnlySpan<float> images, int start, int count) =>
        _torch.Write(images.Slice(start * InputShape.Size, count * InputShape.Size), count, InputShape.Height, InputShape.Width, InputShape.Channels);
}
