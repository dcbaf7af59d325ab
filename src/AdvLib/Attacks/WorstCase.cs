namespace AdvLib;

/// <summary>
/// Several attacks, and for each image the worst of what they find: an adversary that is misclassified, else the one of the largest
/// margin. Each next attack runs only on the images that still stand, and none on those that are misclassified without any.
/// </summary>
public sealed record WorstCase : IAttack
{
    /// <summary>Creates the ensemble.</summary>
    /// <param name="attacks">Untargeted attacks, in the order in which they run: cheap ones first.</param>
    /// <exception cref="ArgumentException">There is no attack.</exception>
    public WorstCase(params IReadOnlyList<IAttack> attacks)
    {
        ArgumentNullException.ThrowIfNull(attacks);
        if (attacks.Count == 0)
            throw new ArgumentException("An ensemble holds at least one attack.", nameof(attacks));
        Attacks = [.. attacks];
        Name = $"worst of {string.Join(" / ", Attacks.Select(attack => attack.Name))}";
    }

    /// <summary>The attacks, in the order in which they run.</summary>
    public IReadOnlyList<IAttack> Attacks { get; }

    /// <inheritdoc/>
    public string Name { get; init; }

    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) =>
        Perturb(model, images, labels, adversaries, new int[Attacks.Count]);

    /// <summary>As the attack, and adds to <paramref name="standing"/> how many images stand after each member.</summary>
    internal void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries, Span<int> standing)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        int size = model.InputShape.Size;
        var margins = new float[count];
        images.CopyTo(adversaries);
        Array.Fill(margins, float.NegativeInfinity);
        int[] places = Keep([.. Enumerable.Range(0, count)], model, images, labels, adversaries, margins);
        for (int a = 0; a < Attacks.Count && places.Length > 0; a++)
        {
            var clean = new float[places.Length * size];
            var found = new float[places.Length * size];
            var classes = new int[places.Length];
            for (int k = 0; k < places.Length; k++)
            {
                images.Slice(places[k] * size, size).CopyTo(clean.AsSpan(k * size));
                classes[k] = labels[places[k]];
            }

            using Work work = Work.Begin(Attacks[a].Name, places.Length * AttackCost.Passes(Attacks[a], model.Classes));
            Attacks[a].Perturb(model, clean, classes, found);
            places = Keep(places, model, found, classes, adversaries, margins);
            standing[a] += places.Length;
        }
    }

    // Keeps what was found for each place if it is worse than what was known; returns the places that stand.
    private static int[] Keep(int[] places, IClassifier model, ReadOnlySpan<float> found, ReadOnlySpan<int> labels, Span<float> adversaries, float[] margins)
    {
        int size = model.InputShape.Size;
        using var logits = new Scratch<float>(places.Length * model.Classes);
        model.Logits(found, logits.Span);
        var standing = new List<int>(places.Length);
        Span<float> ignored = new float[model.Classes];
        for (int k = 0; k < places.Length; k++)
        {
            ReadOnlySpan<float> row = logits.Span.Slice(k * model.Classes, model.Classes);
            bool fooled = row.IndexOfMax() != labels[k];
            float margin = fooled ? float.PositiveInfinity : Loss.CwMargin.Evaluate(row, labels[k], ignored);
            if (margin > margins[places[k]])
            {
                margins[places[k]] = margin;
                found.Slice(k * size, size).CopyTo(adversaries[(places[k] * size)..]);
            }

            if (!fooled)
                standing.Add(places[k]);
        }

        return [.. standing];
    }
}
