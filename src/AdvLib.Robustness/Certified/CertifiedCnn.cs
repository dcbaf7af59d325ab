namespace AdvLib;

/// <summary>
/// Networks whose robustness can be proved: wide kernels that step by two keep the intervals of few layers narrow (after the small and
/// medium networks of Gowal et al. 2019), normalized behind each ReLU, without dropout.
/// </summary>
public static class CertifiedCnn
{
    // Moving averages follow weights that change fast.
    private const float Momentum = 0.95f;

    /// <summary>
    /// Conv 32 4x4 stride 2 - ReLU - BatchNorm - Conv 64 4x4 stride 2 - ReLU - BatchNorm - Dense 256 - ReLU - BatchNorm - Dense classes,
    /// behind a <see cref="Threshold"/> where one is given. Deep: with Conv 64 3x3 - ReLU - BatchNorm between the two convolutions.
    /// </summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="threshold">
    /// What pixels are cut off at before anything else: digits at epsilon 0.3 gain by (0.3, 0.7), at 0.1 by a step just below
    /// a half, (0.499, 0.499). Behind either proofs go on by cases. Null for nothing.
    /// </param>
    /// <param name="deep">Whether the network is the deep one: it takes two to three times as long, and more can be proved of it.</param>
    /// <returns>The description.</returns>
    public static Network Describe(
        Shape inputShape, int classes, (float Low, float High)? threshold = null, bool deep = false) => new(
        inputShape,
        [
            .. threshold is { } cut ? (Layer[])[new Threshold(cut.Low, cut.High)] : [],
            new Conv2D(filters: 32, kernel: 4, stride: 2), new ReLU(), new BatchNorm(Momentum),
            .. deep ? (Layer[])[new Conv2D(filters: 64, kernel: 3), new ReLU(), new BatchNorm(Momentum)] : [],
            new Conv2D(filters: 64, kernel: 4, stride: 2), new ReLU(), new BatchNorm(Momentum),
            new Flatten(),
            new Dense(units: 256), new ReLU(), new BatchNorm(Momentum),
            new Dense(units: classes), new Softmax(),
        ]);

    /// <summary>Builds the network with weights to begin certified training from.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="seed">Decides the weights.</param>
    /// <param name="threshold">What pixels are cut off at; nothing by default.</param>
    /// <param name="deep">Whether the network is the deep one.</param>
    /// <returns>The network.</returns>
    public static Sequential Create(
        Shape inputShape, int classes, ulong seed, (float Low, float High)? threshold = null, bool deep = false)
    {
        var network = new Sequential(Describe(inputShape, classes, threshold, deep), seed);
        Initialize(network, seed);
        return network;
    }

    /// <summary>
    /// Gives a network the weights of Shi et al. ("Fast certified robust training with short warmup", 2021), by which intervals neither
    /// grow nor shrink from layer to layer: normal, of deviation <c>sqrt(2 pi) / fan-in</c>; the last kernel keeps what it has.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="seed">Decides the weights.</param>
    public static void Initialize(ITrainableClassifier model, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        var rng = new Rng(seed, RandomPurpose.Weights);
        NamedTensor[] weights = [.. model.GetWeights()];
        int last = Array.FindLastIndex(weights, IsKernel);
        for (int i = 0; i < last; i++)
        {
            if (!IsKernel(weights[i]))
                continue;
            int fanIn = weights[i].Shape.SkipLast(1).Aggregate(1, (product, size) => product * size);
            weights[i] = weights[i] with { Values = Normal(rng, Math.Sqrt(2 * Math.PI) / fanIn, weights[i].Values.Length) };
        }

        model.SetWeights(weights);
    }

    private static bool IsKernel(NamedTensor tensor) => tensor.Name.EndsWith(".kernel", StringComparison.Ordinal);

    // Box and Muller's transform.
    private static float[] Normal(Rng rng, double deviation, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - rng.NextSingle()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * rng.NextSingle()));
        }

        return values;
    }
}
