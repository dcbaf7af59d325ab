namespace AdvLib;

/// <summary>Which images of a set a model still classifies right.</summary>
internal static class Survivors
{
    // Bounds the scratch memory; results do not depend on it.
    private const int Chunk = 500;

    /// <summary>The places of the images that a model sees right without any attack.</summary>
    public static int[] Clean(IClassifier model, ImageSet images)
    {
        int[] predicted = new CountingClassifier(model).PredictClasses(images);
        return [.. Enumerable.Range(0, images.Count).Where(i => predicted[i] == images.Label(i))];
    }

    /// <summary>Those of some images that a model sees right under an attack.</summary>
    public static int[] Under(IAttack attack, IClassifier model, ImageSet images, ReadOnlySpan<int> places)
    {
        model = new CountingClassifier(model);
        using Work work = Work.Begin(attack.Name, Passes(attack, model, places.Length));
        int size = images.Shape.Size;
        int chunk = Math.Min(Chunk, places.Length);
        var clean = new float[chunk * size];
        var adversaries = new float[chunk * size];
        var labels = new int[chunk];
        var logits = new float[chunk * model.Classes];
        var standing = new List<int>();
        for (int start = 0; start < places.Length; start += chunk)
        {
            ReadOnlySpan<int> some = places.Slice(start, Math.Min(chunk, places.Length - start));
            Span<float> found = adversaries.AsSpan(0, some.Length * size);
            images.CopyImages(some, clean);
            images.CopyLabels(some, labels);
            attack.Perturb(model, clean.AsSpan(0, some.Length * size), labels.AsSpan(0, some.Length), found);
            model.Logits(found, logits.AsSpan(0, some.Length * model.Classes));
            for (int i = 0; i < some.Length; i++)
            {
                if (((ReadOnlySpan<float>)logits.AsSpan(i * model.Classes, model.Classes)).IndexOfMax() == labels[i])
                    standing.Add(some[i]);
            }
        }

        return [.. standing];
    }

    /// <summary>What <see cref="Under"/> costs for so many images.</summary>
    public static double Passes(IAttack attack, IClassifier model, int images) => images * (AttackCost.Passes(attack, model.Classes) + 1);
}
