namespace AdvLib;

/// <summary>
/// Batch normalization (Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift",
/// 2015) over the channels: <c>y = gamma (x - mean) / sqrt(variance + epsilon) + beta</c>, with the batch's mean and population variance in
/// training and moving averages of them in inference.
/// </summary>
public sealed record BatchNorm : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="momentum">Share of the old value in each update of a moving average, in [0, 1).</param>
    /// <param name="epsilon">Added to the variance, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public BatchNorm(float momentum = 0.99f, float epsilon = 1e-3f)
    {
        if (!(momentum is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(
                nameof(momentum), momentum, "The momentum must be at least 0 and below 1, for example 0.99.");
        if (!(epsilon > 0) || !float.IsFinite(epsilon))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "The epsilon must be positive and finite, for example 0.001.");
        (Momentum, Epsilon) = (momentum, epsilon);
    }

    /// <summary>Names of what it is saved by, in order.</summary>
    internal static IReadOnlyList<string> TensorNames { get; } = ["gamma", "beta", "moving_mean", "moving_variance"];

    /// <summary>Share of the old value in each update of a moving average.</summary>
    public float Momentum { get; }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override string Kind => "batch_normalization";

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> InitialWeights(Shape input, Rng rng)
    {
        ReadOnlySpan<float> values = [1, 0, 0, 1];
        var tensors = new NamedTensor[TensorNames.Count];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = new NamedTensor(TensorNames[i], [input.Channels], [.. Enumerable.Repeat(values[i], input.Channels)]);
        return tensors;
    }
}
