namespace AdvLib;

/// <summary>Attacks on whole image sets.</summary>
public static class AttackExtensions
{
    // Bounds the scratch memory; results do not depend on it.
    private const int Chunk = 500;

    /// <summary>Attacks every image of a set, each with its own label.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">The images.</param>
    /// <returns>The adversarial images with the original labels; float pixels.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static ImageSet Perturb(this IAttack attack, IClassifier model, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ModelFit.Check(model, images);
        int size = images.Shape.Size;
        var adversaries = new float[checked(images.Count * size)];
        var clean = new float[Math.Min(Chunk, images.Count) * size];
        var labels = new int[Math.Min(Chunk, images.Count)];
        for (int start = 0; start < images.Count; start += Chunk)
        {
            int count = Math.Min(Chunk, images.Count - start);
            images.CopyImages(start, count, clean);
            images.CopyLabels(start, count, labels);
            attack.Perturb(model, clean.AsSpan(0, count * size), labels.AsSpan(0, count), adversaries.AsSpan(start * size, count * size));
        }

        return images.WithPixels($"{images.Name}, {attack.Name}", adversaries);
    }
}
