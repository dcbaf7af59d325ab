namespace AdvLib;

/// <summary>Fully connected layer: <c>y = x W + b</c> with W of (inputs x units).</summary>
public sealed record Dense : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="units">Number of outputs, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1.</exception>
    public Dense(int units)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        Units = units;
    }

    /// <summary>Number of outputs.</summary>
    public int Units { get; }

    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override string Details => $"{Units} units";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Height == 1 && input.Width == 1
        ? Shape.Vector(Units)
        : throw new ShapeMismatchException($"A dense layer on an input of {input}.", "a vector.", "Put a Flatten layer before it.");

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> InitialWeights(Shape input, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        return KernelAndBias(rng, input.Size, Units, input.Size, Units);
    }
}
