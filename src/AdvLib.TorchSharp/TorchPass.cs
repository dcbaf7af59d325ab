using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace AdvLib;

/// <summary>
/// One pass of a batch through a network's layers as tensors. Activations are images x channels x height x width with the channels last in
/// memory, as AdvLib has them, so that kernels and weights keep Keras's shapes and nothing is reordered on the way in or out.
/// </summary>
/// <param name="network">The layers.</param>
/// <param name="weights">The network's weights by name.</param>
/// <param name="masks">Random numbers of the dropout layers; null for a pass in inference mode.</param>
internal sealed class TorchPass(Network network, Dictionary<string, Tensor> weights, Rng? masks)
{
    /// <summary>The statistics of the batch, by the name of each normalization.</summary>
    public List<(PlacedLayer Place, Tensor Mean, Tensor Variance)> Statistics { get; } = [];

    /// <summary>The logits of a batch.</summary>
    /// <param name="images">Images x height x width x channels.</param>
    /// <returns>Images x classes.</returns>
    public Tensor Forward(Tensor images)
    {
        Tensor x = images.permute(0, 3, 1, 2);
        // The softmax at the end only turns logits into probabilities; losses and attacks work on the logits before it.
        foreach (PlacedLayer place in network.Layers[^1].Layer is Softmax ? network.Layers.SkipLast(1) : network.Layers)
            x = Apply(place, x);
        return Rows(x);
    }

    private Tensor Apply(PlacedLayer place, Tensor x) => place.Layer switch
    {
        Conv2D convolution => Convolve(place, convolution, x),
        Dense => Rows(x).matmul(Weight(place, "kernel")).add(Weight(place, "bias")).unsqueeze(2).unsqueeze(3),
        BatchNorm normalization => Normalize(place, normalization, x),
        ReLU => x.relu(),
        Flatten => Rows(x).unsqueeze(2).unsqueeze(3),
        Dropout dropout => masks is null ? x : x.mul(Factors(place, dropout, x)),
        MaxPool2D pool => F.max_pool2d(x, [pool.Size, pool.Size], [pool.Stride, pool.Stride]),
        Threshold { IsStep: true } step => Step(x, step.Low),
        Threshold threshold => x.sub(threshold.Low).mul(1 / (threshold.High - threshold.Low)).clamp(0, 1),
        Softmax => Images(Rows(x).softmax(1), place.Output),
        _ => throw new EngineUnavailableException($"A layer '{place.Layer.Kind}' for the engine 'torchsharp'.", "one it knows.",
            "Build the network on another engine."),
    };

    private Tensor Weight(PlacedLayer place, string name) => weights[$"{place.Name}.{name}"];

    // One row an image, as AdvLib flattens: rows first, channels last.
    private static Tensor Rows(Tensor x) => x.permute(0, 2, 3, 1).reshape(x.shape[0], -1);

    private static Tensor Images(Tensor rows, Shape shape) =>
        rows.reshape(rows.shape[0], shape.Height, shape.Width, shape.Channels).permute(0, 3, 1, 2);

    // x - x, of which only the gradient is not 0, lets it straight through.
    private static Tensor Step(Tensor x, float at) => x.sub(x.detach()).add(x.detach().greater(at).to(x.dtype));

    private Tensor Convolve(PlacedLayer place, Conv2D convolution, Tensor x)
    {
        (_, int top, int height) = convolution.Cover(place.Input.Height);
        (_, int left, int width) = convolution.Cover(place.Input.Width);
        // What the kernel does not reach, at the end of a side, needs no zeros.
        (int bottom, int right) = (Math.Max(0, height - top - place.Input.Height), Math.Max(0, width - left - place.Input.Width));
        if (top + bottom + left + right > 0)
            x = F.pad(x, [left, right, top, bottom]);
        return F.conv2d(x, Weight(place, "kernel").permute(3, 2, 0, 1), Weight(place, "bias"), [convolution.Stride, convolution.Stride]);
    }

    private Tensor Normalize(PlacedLayer place, BatchNorm normalization, Tensor x)
    {
        (Tensor gamma, Tensor beta) = (Weight(place, "gamma"), Weight(place, "beta"));
        if (masks is null)
            return F.batch_norm(x, Weight(place, "moving_mean"), Weight(place, "moving_variance"), gamma, beta, false, 0,
                normalization.Epsilon);
        using (no_grad())
            Statistics.Add((place, x.mean([0, 2, 3]), x.var([0, 2, 3], unbiased: false)));

        // libtorch refuses a batch of one value a channel, whose deviation from its mean is zero.
        if (x.NumberOfElements == place.Input.Channels)
            return x.sub(x).mul(gamma.view(1, -1, 1, 1)).add(beta.view(1, -1, 1, 1));

        // The statistics it would keep are not Keras's: they take the sample's variance. They go nowhere.
        Tensor unused = zeros_like(gamma);
        return F.batch_norm(x, unused, unused.clone(), gamma, beta, true, 0, normalization.Epsilon);
    }

    private Tensor Factors(PlacedLayer place, Dropout dropout, Tensor x)
    {
        var factors = new float[x.shape[0] * place.Input.Size];
        dropout.DrawFactors(masks!, factors);
        return Images(TorchTensors.Write(factors, x.device, x.shape[0], place.Input.Size), place.Input);
    }
}
