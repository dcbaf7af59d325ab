using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// Any TorchSharp module that takes images and gives logits, or a TorchScript file that PyTorch saved, as AdvLib's attacks, evaluation and
/// training see a model. Images come in NHWC and pixels of [0, 1], as everywhere in AdvLib; the module gets NCHW, scaled by the mean and
/// the standard deviation that are declared here, so that an attack's epsilon stays in pixels.
/// </summary>
/// <remarks>
/// Predictions and gradients are taken in evaluation mode, and the mode of every part is afterwards what it was; parameters get no
/// gradient and no call leaves a tensor behind. Training is TorchSharp's own: a <see cref="TorchOptimizer"/> moves the module's parameters.
/// </remarks>
/// <example><code>
/// using var model = TorchModel.Load("model.pt", new Shape(28, 28, 1), classes: 10, mean: [0.1307f], std: [0.3081f]);
/// var accuracy = Evaluation.Under(new Fgsm(0.1f), model, data.Test);
/// </code></example>
public sealed class TorchModel : ITrainableClassifier, IResumable, IDisposable
{
    private readonly nn.Module _module;
    private readonly Func<Tensor, Tensor> _forward;
    private readonly ChannelScale _scale;
    private readonly Device _device;
    private readonly Func<IEnumerable<(string Name, Tensor Tensor)>> _weights;
    private readonly IDisposable[] _owned;
    private readonly TorchInference _inference;
    private readonly ModelGate _gate = new();

    /// <summary>Takes a module, which stays the caller's.</summary>
    /// <param name="module">Takes n x channels x height x width float32 values and gives n x classes logits.</param>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="mean">Subtracted from the pixels of each channel; zeros when not given.</param>
    /// <param name="std">Divides them then; ones when not given.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>; the module is moved there.</param>
    /// <exception cref="TorchUnavailableException">libtorch does not load, or has no such device.</exception>
    /// <exception cref="TorchModelException">The module's parameters are not float32.</exception>
    /// <exception cref="ShapeMismatchException">Mean or deviation is not one value a channel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public TorchModel(
        nn.Module<Tensor, Tensor> module, Shape inputShape, int classes, IReadOnlyList<float>? mean = null,
            IReadOnlyList<float>? std = null, string device = "cpu")
        : this(module ?? throw new ArgumentNullException(nameof(module)), module.call, inputShape, classes,
            new ChannelScale(inputShape, mean, std), TorchDevice.Open(device), () => WeightsOf(module), owned: [])
    {
        _module.to(_device);
    }

    private TorchModel(
        nn.Module module, Func<Tensor, Tensor> forward, Shape inputShape, int classes, ChannelScale scale, Device device,
        Func<IEnumerable<(string Name, Tensor Tensor)>> weights, IDisposable[] owned)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputShape.Size, 1, nameof(inputShape));
        (_module, _forward, _scale, _device, _weights, _owned) = (module, forward, scale, device, weights, owned);
        (InputShape, Classes) = (inputShape, classes);
        _inference = new TorchInference(inputShape, classes, device);
        if (weights().FirstOrDefault(weight => weight.Tensor.is_floating_point()
            && weight.Tensor.dtype != ScalarType.Float32) is { Tensor: not null } other)
            throw new TorchModelException($"A module whose {other.Name} is {other.Tensor.dtype}.", "Float32, as the images are.",
                "Convert it first: module.to(torch.float32).");
    }

    /// <summary>Loads a TorchScript file, as <c>torch.jit.save</c> and <c>torch.jit.script(...).save</c> of PyTorch write it.</summary>
    /// <param name="path">The file. It holds code of a model, which runs; load only what you trust.</param>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="mean">Subtracted from the pixels of each channel; zeros when not given.</param>
    /// <param name="std">Divides them then; ones when not given.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <param name="channelsLast">Whether it takes n x height x width x channels, instead of channels first as most do.</param>
    /// <returns>The model, to be disposed of.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TorchModelException">The file is no TorchScript, or of a later PyTorch.</exception>
    /// <exception cref="TorchUnavailableException">libtorch does not load, or has no such device.</exception>
    /// <exception cref="ShapeMismatchException">Mean or deviation is not one value a channel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static TorchModel Load(
        string path, Shape inputShape, int classes, IReadOnlyList<float>? mean = null, IReadOnlyList<float>? std = null,
            string device = "cpu", bool channelsLast = false)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no TorchScript file \"{path}\".", path);
        var scale = new ChannelScale(inputShape, mean, std, channelsLast);
        Device opened = TorchDevice.Open(device);
        jit.ScriptModule<Tensor, Tensor>? module = null;
        try
        {
            module = jit.load<Tensor, Tensor>(path, opened);
            // Each time it is asked, it makes new handles for its weights: these are kept, and what came with them is not.
            using IDisposable scope = NewDisposeScope();
            (string Name, Tensor Tensor)[] weights = [.. WeightsOf(module)
                .Select(weight => (weight.Name, weight.Tensor.DetachFromDisposeScope()))];
            return new TorchModel(module, module.call, inputShape, classes, scale, opened, () => weights,
                [.. weights.Select(weight => weight.Tensor), module]);
        }
        catch (Exception exception)
        {
            module?.Dispose();
            if (exception is not ExternalException)
                throw;
            throw new TorchModelException(
                $"{Path.GetFileName(path)} does not load: {TorchModelException.FirstLine(exception)}", "a TorchScript file.",
                "Save it in PyTorch by torch.jit.script(model).save(path); a state_dict alone holds no model.", exception);
        }
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public string Engine => $"{TorchNative.Version}, {Name}, {_device}";

    // TorchSharp asks a TorchScript module by a call that is for modules of its own, and reads whatever lies there: libtorch may end the
    // process on it.
    private string Name => _module is jit.ScriptModule ? "TorchScript" : _module.GetName();

    /// <summary>Threads that libtorch computes on, in the whole process: <c>torch.set_num_threads</c>.</summary>
    public int Threads => get_num_threads();

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = ModelFit.Count(images, InputShape);
        ModelFit.CheckLength(logits.Length, count * Classes, "logits");
        using ModelGate.Entry turn = _gate.Use();
        using var mode = new TorchMode(_module, training: false);
        _inference.Logits(images, Forward, logits);
    }

    /// <inheritdoc/>
    /// <exception cref="TorchModelException">The module's output cannot be differentiated.</exception>
    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient,
        Span<float> logits = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ModelFit.CountToDifferentiate(images, labels, gradient, logits, InputShape, Classes);
        using ModelGate.Entry turn = _gate.Use();
        using var mode = new TorchMode(_module, training: false);
        using var frozen = new FrozenParameters(_weights().Select(weight => weight.Tensor));
        _inference.InputGradient(images, labels, loss, Forward, gradient, logits);
    }

    /// <summary>
    /// One training step of TorchSharp's: forward in training mode, the loss's gradient backwards, and the optimizer's update.
    /// </summary>
    /// <param name="images">n images.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="loss">The loss to minimise.</param>
    /// <param name="optimizer">A <see cref="TorchOptimizer"/> that has the module's parameters.</param>
    /// <returns>Loss and number of correct images before the update.</returns>
    /// <exception cref="ArgumentException">The optimizer is AdvLib's, which moves AdvLib's networks alone.</exception>
    /// <exception cref="NumericalFaultException">The step met NaN or infinity; nothing was moved.</exception>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="TorchModelException">The optimizer has another module's parameters.</exception>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        TorchOptimizer mine = optimizer as TorchOptimizer ?? throw new ArgumentException(
            $"A {optimizer.GetType().Name} of AdvLib for a module of TorchSharp. Expected: a TorchOptimizer. "
            + "Pass new TorchOptimizer(torch.optim.Adam(module.parameters())).", nameof(optimizer));
        int count = ModelFit.CountToTrain(images, labels, InputShape, Classes);
        using ModelGate.Entry turn = _gate.Train();
        using var mode = new TorchMode(_module, training: true);
        using IDisposable scope = NewDisposeScope();
        mine.Clear();
        (Tensor Buffer, Tensor Before)[] buffers = [.. _module.buffers().Select(buffer => (buffer, buffer.clone()))];
        bool accepted = false;
        try
        {
            StepResult result = Differentiate(images, labels, count, loss, mine.Steps + 1);
            accepted = true;
            mine.Step();
            return result;
        }
        finally
        {
            // What a refused batch has put into moving statistics goes out again.
            using IDisposable still = no_grad();
            foreach ((Tensor buffer, Tensor before) in accepted ? [] : buffers)
                buffer.copy_(before);
        }
    }

    // Leaves the gradients of a training pass at the module's parameters.
    private StepResult Differentiate(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, int count, Loss loss, int step)
    {
        Tensor output = Forward(_inference.Pixels(images));
        var rows = new float[count * Classes];
        var slopes = new float[rows.Length];
        TorchTensors.Read(output, rows);
        StepResult result = loss.DifferentiateMean(rows, labels, slopes);
        if (!float.IsFinite(result.Loss))
            throw new NumericalFaultException("the module's outputs", step, isGiven: false);
        TorchTensors.Backward(output, slopes);
        foreach ((string name, Tensor parameter) in _module.named_parameters())
        {
            if (parameter.grad is { } slope && !slope.isfinite().all().item<bool>())
                throw new NumericalFaultException($"the gradient of {name}", step, isGiven: false);
        }

        return result;
    }

    /// <inheritdoc/>
    public IDisposable BeginTraining() => _gate.TrainOn();

    /// <summary>A copy of all parameters and of the buffers that are float32, under the module's own names.</summary>
    /// <returns>The tensors.</returns>
    public IReadOnlyList<NamedTensor> GetWeights()
    {
        using ModelGate.Entry turn = _gate.Use();
        using IDisposable scope = NewDisposeScope();
        return [.. _weights().Where(weight => weight.Tensor.is_floating_point()).Select(weight =>
        {
            var values = new float[weight.Tensor.NumberOfElements];
            TorchTensors.Read(weight.Tensor, values);
            return new NamedTensor(weight.Name, SizesOf(weight.Tensor), values);
        })];
    }

    /// <summary>Replaces what <see cref="GetWeights"/> gives, or nothing when a tensor does not fit.</summary>
    /// <param name="weights">The tensors, in any order.</param>
    /// <exception cref="ShapeMismatchException">A tensor is missing, unknown or of another shape.</exception>
    public void SetWeights(IReadOnlyList<NamedTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using ModelGate.Entry turn = _gate.Use();
        using IDisposable scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        Dictionary<string, Tensor> own = _weights().Where(weight => weight.Tensor.is_floating_point())
            .ToDictionary(weight => weight.Name, weight => weight.Tensor);
        WeightsFit.Check([.. own.Select(weight => (weight.Key, SizesOf(weight.Value)))], weights);
        foreach (NamedTensor tensor in weights)
            own[tensor.Name].copy_(TorchTensors.Write(tensor.Values, _device, [.. tensor.Shape.Select(size => (long)size)]));
    }

    /// <summary>Keeps the place in libtorch's random numbers, which its dropout draws from.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state is of something else.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using IDisposable scope = NewDisposeScope();
        Tensor generator = random.get_rng_state();
        byte[] bytes = generator.bytes.ToArray();
        Span<int> words = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
        state.Exchange("random", words);
        if (state.Loading)
            random.set_rng_state(tensor(bytes));
    }

    /// <summary>The engine, the module and its shape.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"{Engine}: {InputShape} to {Classes} classes";

    /// <summary>Frees the module that <see cref="Load"/> loaded; one that was given stays the caller's.</summary>
    public void Dispose()
    {
        foreach (IDisposable part in _owned)
            part.Dispose();
    }

    private static int[] SizesOf(Tensor tensor) => [.. tensor.shape.Select(size => (int)size)];

    private static IEnumerable<(string Name, Tensor Tensor)> WeightsOf(nn.Module module) =>
        module.named_parameters().Select(parameter => (parameter.name, (Tensor)parameter.parameter))
            .Concat(module.named_buffers().Select(buffer => (buffer.name, buffer.buffer)));

    private Tensor Forward(Tensor pixels)
    {
        Tensor output;
        try
        {
            output = _forward(_scale.Apply(pixels));
        }
        catch (ExternalException exception)
        {
            throw new TorchModelException(
                $"The module fails on {pixels.shape[0]} images of {InputShape.Channels}x{InputShape.Height}x{InputShape.Width} "
                + $"(channels first): {TorchModelException.FirstLine(exception)}",
                "a module that takes them.", "Give the shape that it was made for.", exception);
        }

        if (output.dtype == ScalarType.Float32 && output.shape.SequenceEqual([pixels.shape[0], Classes]))
            return output;
        throw new ShapeMismatchException(
            $"A module that gives {output.dtype} [{string.Join(", ", output.shape)}] for {pixels.shape[0]} images.",
            $"Float32 [{pixels.shape[0]}, {Classes}], the logits.", "Give the number of classes it has, or end it with a flat layer.");
    }
}
