namespace AdvLib;

/// <summary>Attacks on whole image sets.</summary>
public static class AttackExtensions
{
    // Bound the scratch memory; results do not depend on them. The larger, the fuller the batches of an attack that few images withstand.
    private const int Chunk = 500;
    private const int EnsembleChunk = 2000;

    /// <summary>Attacks every image of a set, each with its own label.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">The images.</param>
    /// <returns>The adversarial images with the original labels; float pixels.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static ImageSet Perturb(this IAttack attack, IClassifier model, ImageSet images)
    {
        Check(attack, model, images);
        return Run(attack, new CountingClassifier(model), images, targets: null, []);
    }

    /// <summary>Attacks every image of a set, and says what came of it.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">The images.</param>
    /// <param name="targets">The class each image is to reach, for a targeted attack; without them every image's own label is given to the attack.</param>
    /// <returns>Adversarial images, what the model sees in them, and the cost.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model, or there is not one target an image.</exception>
    public static AttackResult Attack(this IAttack attack, IClassifier model, ImageSet images, IReadOnlyList<int>? targets = null)
    {
        Check(attack, model, images);
        if (targets is not null && targets.Count != images.Count)
            throw new ShapeMismatchException($"{targets.Count} targets for {images.Count} images.", "one target an image.", "Pass the class each image is to reach.");
        int[]? wanted = targets?.ToArray();
        var counter = new CountingClassifier(model);
        IReadOnlyList<IAttack> members = (attack as WorstCase)?.Attacks ?? [];
        var standing = new int[members.Count];
        ImageSet adversaries = Run(attack, counter, images, wanted, standing);
        return new AttackResult(
            attack.Name, images, adversaries, model.PredictClasses(adversaries), wanted, counter.Gradients, counter.Queries, [.. members.Select((member, i) => (member.Name, standing[i]))]);
    }

    private static ImageSet Run(IAttack attack, CountingClassifier model, ImageSet images, int[]? targets, Span<int> standing)
    {
        int chunk = Math.Min(attack is WorstCase or Apgd or Fab or Square ? EnsembleChunk : Chunk, images.Count);
        int size = images.Shape.Size;
        var adversaries = new float[checked(images.Count * size)];
        var clean = new float[chunk * size];
        var labels = new int[chunk];
        using Work work = Work.Begin(attack.Name, images.Count * AttackCost.Passes(attack, model.Classes));
        for (int start = 0; start < images.Count; start += chunk)
        {
            int count = Math.Min(chunk, images.Count - start);
            images.CopyImages(start, count, clean);
            images.CopyLabels(start, count, labels);
            targets?.AsSpan(start, count).CopyTo(labels);
            ReadOnlySpan<float> from = clean.AsSpan(0, count * size);
            Span<float> to = adversaries.AsSpan(start * size, count * size);
            if (attack is WorstCase ensemble && standing.Length > 0)
                ensemble.Perturb(model, from, labels.AsSpan(0, count), to, standing);
            else
                attack.Perturb(model, from, labels.AsSpan(0, count), to);
        }

        return images.WithPixels($"{images.Name}, {attack.Name}", adversaries);
    }

    private static void Check(IAttack attack, IClassifier model, ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ModelFit.Check(model, images);
    }
}
