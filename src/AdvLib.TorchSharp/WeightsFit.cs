namespace AdvLib;

/// <summary>Whether weights fit a model, before any is set: a model never holds half of another's.</summary>
internal static class WeightsFit
{
    /// <summary>Throws unless there is exactly one tensor for each of the model's.</summary>
    /// <param name="own">The model's.</param>
    /// <param name="given">The weights to set.</param>
    /// <exception cref="ShapeMismatchException">A tensor is missing, unknown or of another shape.</exception>
    public static void Check(IReadOnlyList<(string Name, int[] Shape)> own, IReadOnlyList<NamedTensor> given)
    {
        Dictionary<string, NamedTensor> byName = given.ToDictionary(tensor => tensor.Name);
        foreach ((string name, int[] shape) in own)
        {
            string expected = $"{name} [{string.Join(", ", shape)}].";
            if (!byName.Remove(name, out NamedTensor? tensor))
                throw new ShapeMismatchException($"Weights without '{name}'.", expected, "Load weights saved from the same model.");
            if (!tensor.Shape.SequenceEqual(shape) || tensor.Values.Length != shape.Aggregate(1, (product, size) => product * size))
                throw new ShapeMismatchException($"A tensor {tensor} of {tensor.Values.Length} values.", expected,
                    "Load weights saved from the same model.");
        }

        if (byName.Count > 0)
            throw new ShapeMismatchException($"A tensor '{byName.Keys.First()}' that this model lacks.", $"its {own.Count} tensors.",
                "Load weights saved from the same model.");
    }
}
