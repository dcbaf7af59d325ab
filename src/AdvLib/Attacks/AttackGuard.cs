using System.Runtime.CompilerServices;

namespace AdvLib;

/// <summary>Checks that attacks share.</summary>
internal static class AttackGuard
{
    public static float Epsilon(float value, [CallerArgumentExpression(nameof(value))] string name = "") => value >= 0 && float.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "An epsilon must be finite and at least 0, in pixel units of [0, 1], for example 0.1.");

    public static int Positive(int value, string name) => value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "At least 1.");

    public static Norm LinfOrL2(Norm value, string name) =>
        value is Norm.Linf or Norm.L2 ? value : throw new ArgumentOutOfRangeException(name, value, "This attack knows the norms L-inf and L2. For L1 take Pgd.");

    public static void Spans(ReadOnlySpan<float> images, ReadOnlySpan<float> adversaries)
    {
        if (images.Overlaps(adversaries))
            throw new ShapeMismatchException("Adversaries written over the images they come from.", "two separate spans.", "Pass a buffer of its own for the adversaries.");
        if (images.Length != adversaries.Length)
            throw new ShapeMismatchException($"Room for {adversaries.Length} pixels of adversaries.", $"{images.Length}, as many as the images have.", "Pass spans for the same number of images.");
    }

    /// <summary>Checks the arguments of <see cref="IAttack.Perturb"/>; returns the number of images.</summary>
    public static int Call(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, ReadOnlySpan<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        Spans(images, adversaries);
        int size = model.InputShape.Size;
        if (images.Length != (long)labels.Length * size)
            throw new ShapeMismatchException($"{images.Length} pixels with {labels.Length} labels.", $"{(long)labels.Length * size} pixels, {size} for each label.", "Pass whole images of the model's input shape, and one label for each.");
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)model.Classes)
                throw new ShapeMismatchException($"A label {label}.", $"0 to {model.Classes - 1}, the model's classes.", "Check the labels, or build the model for more classes.");
        }

        return labels.Length;
    }
}
