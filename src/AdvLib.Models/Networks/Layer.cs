namespace AdvLib;

/// <summary>
/// One layer of a <see cref="Network"/> as a description: what it computes, its shapes and its initial values. It holds no weights, so the
/// same one may stand in many networks; an engine decides how it is computed.
/// </summary>
public abstract record Layer
{
    private protected Layer()
    {
    }

    /// <summary>Keras's name of this kind of layer, for example <c>conv2d</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>What a summary shows of its settings, for example <c>32 of 3x3, stride 2, same</c>.</summary>
    public virtual string Details => "";

    /// <summary>Shape of one output.</summary>
    /// <param name="input">Shape of one input.</param>
    /// <returns>The output's shape.</returns>
    /// <exception cref="ShapeMismatchException">The layer does not fit such an input.</exception>
    public virtual Shape OutputShape(Shape input) => input;

    /// <summary>Fresh weights and moving statistics, under Keras's names within the layer.</summary>
    /// <param name="input">Shape of one input.</param>
    /// <param name="rng">Where random initial values come from.</param>
    /// <returns>The tensors in the order in which they are saved; none for a layer without parameters.</returns>
    public virtual IReadOnlyList<NamedTensor> InitialWeights(Shape input, Rng rng) => [];

    // Glorot uniform (Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010), biases 0.
    private protected static IReadOnlyList<NamedTensor> KernelAndBias(Rng rng, int fanIn, int fanOut, params int[] shape)
    {
        float limit = MathF.Sqrt(6f / (fanIn + fanOut));
        var kernel = new float[shape.Aggregate(1, (product, size) => checked(product * size))];
        foreach (ref float weight in kernel.AsSpan())
            weight = rng.NextSingle(-limit, limit);
        return [new("kernel", shape, kernel), new("bias", [shape[^1]], new float[shape[^1]])];
    }
}
