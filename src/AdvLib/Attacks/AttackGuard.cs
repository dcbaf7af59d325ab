using System.Runtime.CompilerServices;

namespace AdvLib;

/// <summary>Checks that attacks share.</summary>
internal static class AttackGuard
{
    public static float Epsilon(float value, [CallerArgumentExpression(nameof(value))] string name = "") => value >= 0 && float.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "An epsilon must be finite and at least 0, in pixel units of [0, 1], for example 0.1.");

    public static void Spans(ReadOnlySpan<float> images, ReadOnlySpan<float> adversaries)
    {
        if (images.Overlaps(adversaries))
            throw new ShapeMismatchException("Adversaries written over the images they come from.", "two separate spans.", "Pass a buffer of its own for the adversaries.");
        if (images.Length != adversaries.Length)
            throw new ShapeMismatchException($"Room for {adversaries.Length} pixels of adversaries.", $"{images.Length}, as many as the images have.", "Pass spans for the same number of images.");
    }
}
