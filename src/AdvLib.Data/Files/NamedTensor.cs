namespace AdvLib;

/// <summary>A named float32 tensor, row-major: one of a network's weights, or its moving statistics.</summary>
/// <param name="Name">Keras's name, for example <c>conv2d.kernel</c>.</param>
/// <param name="Shape">Sizes of the dimensions, outermost first.</param>
/// <param name="Values">The values, as many as the product of <paramref name="Shape"/>.</param>
public sealed record NamedTensor(string Name, int[] Shape, float[] Values)
{
    /// <summary>The type of the values in the file they come from, and what became of it: <c>float64, rounded to float32</c>.</summary>
    public string StoredAs { get; init; } = "float32";

    /// <summary>Name and shape.</summary>
    /// <returns>For example <c>conv2d.kernel [3, 3, 1, 32]</c>.</returns>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}]";
}
