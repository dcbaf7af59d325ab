using System.Runtime.InteropServices;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AdvLib;

/// <summary>
/// A network's layers on tensors. Activations are images x channels x height x width with the channels last in memory, as AdvLib has them, so
/// that kernels and weights keep Keras's shapes and nothing is reordered on the way in or out.
/// </summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly Sequential _network;
    private readonly Layer[] _body;
    private readonly Device _device;
    private readonly List<(Parameter Parameter, Tensor Tensor)> _weights = [];
    private readonly Dictionary<Layer, Tensor[]> _ofLayer = [];
    private readonly List<(BatchNorm Layer, Tensor Mean, Tensor Variance)> _statistics = [];
    private int _version = -1;
    private bool _disposed;

    /// <summary>Copies a network's weights to a device.</summary>
    /// <exception cref="NotSupportedException">A layer of a kind that is unknown here.</exception>
    public TorchNetwork(Sequential network, Device device)
    {
        (_network, _device) = (network, device);
        _body = [.. network.Layers[^1] is Softmax ? network.Layers.SkipLast(1) : network.Layers];
        foreach (Layer layer in _body)
        {
            if (layer is not (Conv2D or Dense or BatchNorm or ReLU or Flatten or Dropout or MaxPool2D or Softmax))
                throw new NotSupportedException($"TorchSharp's engine does not know the layer '{layer.Name}' ({layer.GetType().Name}). Expected: layers of AdvLib. Use the built-in engine.");
            _ofLayer[layer] = [.. layer.Parameters.Select(Copy)];
        }
    }

    /// <summary>Brings the device's copies up to date when the network's weights have changed.</summary>
    public void Refresh()
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(TorchClassifier));
        if (_version == _network.Version)
            return;
        using IDisposable scope = NewDisposeScope();
        using IDisposable quiet = no_grad();
        foreach ((Parameter parameter, Tensor tensor) in _weights)
            tensor.copy_(Write(parameter.Values, [.. parameter.Shape.Select(size => (long)size)]));
        _version = _network.Version;
    }

    /// <summary>Logits in inference mode: moving statistics, no dropout.</summary>
    public Tensor Infer(Tensor images) => Forward(images, training: false);

    /// <summary>Logits in training mode: batch statistics, dropout.</summary>
    public Tensor ForwardTraining(Tensor images)
    {
        _statistics.Clear();
        return Forward(images, training: true);
    }

    /// <summary>Carries the logits' gradient back into the network's parameter gradients, and moves its statistics.</summary>
    public void BackwardTraining(Tensor logits, Tensor gradient)
    {
        (Parameter Parameter, Tensor Tensor)[] trained = [.. _weights.Where(weight => weight.Parameter.Trainable)];
        IList<Tensor> slopes = autograd.grad([logits], [.. trained.Select(weight => weight.Tensor)], [gradient]);
        for (int i = 0; i < trained.Length; i++)
            Read(slopes[i], trained[i].Parameter.Gradients);
        foreach ((BatchNorm layer, Tensor mean, Tensor variance) in _statistics)
        {
            var means = new float[layer.InputShape.Channels];
            var variances = new float[means.Length];
            Read(mean, means);
            Read(variance, variances);
            for (int c = 0; c < means.Length; c++)
                layer.MoveStatistics(c, means[c], variances[c]);
        }

        _statistics.Clear();
    }

    /// <summary>A tensor on the device with the given values.</summary>
    public Tensor Write(ReadOnlySpan<float> values, params long[] shape)
    {
        Tensor tensor = empty(shape, ScalarType.Float32);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.to(_device);
    }

    /// <summary>Copies a tensor's values out, in the order of its dimensions.</summary>
    public static void Read(Tensor tensor, Span<float> destination) =>
        MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes).CopyTo(destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        foreach ((_, Tensor tensor) in _weights)
            tensor.Dispose();
        _weights.Clear();
    }

    private Tensor Copy(Parameter parameter)
    {
        // Of its own, whatever scope the caller has open.
        Tensor tensor = zeros([.. parameter.Shape.Select(size => (long)size)], ScalarType.Float32, _device, requires_grad: parameter.Trainable).DetachFromDisposeScope();
        _weights.Add((parameter, tensor));
        return tensor;
    }

    private Tensor Forward(Tensor images, bool training)
    {
        Tensor x = images.permute(0, 3, 1, 2);
        foreach (Layer layer in _body)
        {
            x = layer switch
            {
                Conv2D conv => Convolve(conv, x),
                Dense => Rows(x).matmul(_ofLayer[layer][0]).add(_ofLayer[layer][1]).unsqueeze(2).unsqueeze(3),
                BatchNorm norm => Normalize(norm, x, training),
                ReLU => x.relu(),
                Flatten => Rows(x).unsqueeze(2).unsqueeze(3),
                Dropout dropout => training ? x.mul(Mask(dropout, (int)x.shape[0])) : x,
                MaxPool2D pool => F.max_pool2d(x, [pool.Size, pool.Size], [pool.Stride, pool.Stride]),
                _ => Images(Rows(x).softmax(1), layer.OutputShape),
            };
        }

        return Rows(x);
    }

    // One row an image, as AdvLib flattens: rows first, channels last.
    private static Tensor Rows(Tensor x) => x.permute(0, 2, 3, 1).reshape(x.shape[0], -1);

    private static Tensor Images(Tensor rows, Shape shape) => rows.reshape(rows.shape[0], shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2);

    private Tensor Convolve(Conv2D conv, Tensor x)
    {
        (long top, long bottom) = Border(conv.InputShape.Height, conv.OutputShape.Height, conv);
        (long left, long right) = Border(conv.InputShape.Width, conv.OutputShape.Width, conv);
        if (top + bottom + left + right > 0)
            x = F.pad(x, [left, right, top, bottom]);
        return F.conv2d(x, _ofLayer[conv][0].permute(3, 2, 0, 1), _ofLayer[conv][1], [conv.Stride, conv.Stride]);
    }

    // Zeros before and after: the odd one goes to the end, as in TensorFlow. None are missing without padding.
    private static (long Before, long After) Border(int size, int places, Conv2D conv)
    {
        int missing = Math.Max(0, (places - 1) * conv.Stride + conv.KernelSize - size);
        return (missing / 2, missing - missing / 2);
    }

    private Tensor Normalize(BatchNorm norm, Tensor x, bool training)
    {
        Tensor[] weights = _ofLayer[norm];
        if (!training)
            return F.batch_norm(x, weights[2], weights[3], weights[0], weights[1], false, 0, norm.Epsilon);
        using (no_grad())
            _statistics.Add((norm, x.mean([0, 2, 3]), x.var([0, 2, 3], unbiased: false)));

        // libtorch refuses a batch of one value a channel, whose deviation from its mean is zero.
        if (x.NumberOfElements == norm.InputShape.Channels)
            return x.sub(x).mul(weights[0].view(1, -1, 1, 1)).add(weights[1].view(1, -1, 1, 1));

        // The statistics it would keep are not Keras's: they take the sample's variance. They go nowhere.
        Tensor unused = zeros([norm.InputShape.Channels], ScalarType.Float32, _device);
        return F.batch_norm(x, unused, unused.clone(), weights[0], weights[1], true, 0, norm.Epsilon);
    }

    private Tensor Mask(Dropout dropout, int batch) =>
        Images(Write(dropout.DrawMask(batch), batch, dropout.InputShape.Size), dropout.InputShape);
}
