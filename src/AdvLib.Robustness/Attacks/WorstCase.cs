namespace AdvLib;

/// <summary>
/// Several attacks, and for each image the worst of what they find: an adversary that is misclassified, else the one of the largest
/// margin. Each next attack runs only on the images that still stand, and none on those that are misclassified without any.
/// </summary>
public sealed record WorstCase : IAttack<IDifferentiableClassifier>
{
    /// <summary>Creates the ensemble.</summary>
    /// <param name="attacks">Untargeted attacks, in the order in which they run: cheap ones first.</param>
    /// <exception cref="ArgumentException">There is no attack, or one that has a target.</exception>
    public WorstCase(params IReadOnlyList<IAttack<IDifferentiableClassifier>> attacks)
    {
        ArgumentNullException.ThrowIfNull(attacks);
        if (attacks.Count == 0)
            throw new ArgumentException("An ensemble holds at least one attack.", nameof(attacks));
        if (attacks.FirstOrDefault(attack => attack.Goal != Goal.LeaveLabel) is { } other)
            throw new ArgumentException(
                $"An ensemble with {other.Name}. Expected: attacks whose goal is to leave the label.", nameof(attacks));
        Attacks = [.. attacks];
        Name = $"worst of {string.Join(" / ", Attacks.Select(attack => attack.Name))}";
    }

    /// <summary>The attacks, in the order in which they run.</summary>
    public IReadOnlyList<IAttack<IDifferentiableClassifier>> Attacks { get; }

    /// <inheritdoc/>
    public string Name { get; init; }

    /// <inheritdoc/>
    public int BatchSize => StandingImages.BatchSize;

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        foreach (IAttack<IDifferentiableClassifier> member in Attacks)
            member.RequireScale(images);
    }

    /// <inheritdoc/>
    public double Passes(int classes) => 1 + Attacks.Sum(member => member.Passes(classes) + 1);

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) =>
        Perturb(model, images, labels, adversaries, new int[Attacks.Count]);

    /// <summary>Attacks every image of a set, and says what came of it, with the number of images that stood after each member.</summary>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">The images.</param>
    /// <returns>Adversarial images, what the model sees in them, and the cost.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public AttackResult Attack(IDifferentiableClassifier model, ImageSet images)
    {
        var standing = new int[Attacks.Count];
        AttackResult result = new Counted(this, standing).Attack(model, images);
        return result with { Standing = [.. Attacks.Select((member, i) => (member.Name, standing[i]))] };
    }

    // Adds to standing how many images stand after each member.
    private void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries, Span<int> standing)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        var found = new WorstFound(images, count);
        Offer(found, model, images, labels);
        for (int a = 0; a < Attacks.Count && !found.Standing.IsEmpty; a++)
        {
            float[] clean = found.Rows(images);
            int[] classes = found.Rows(labels);
            var attacked = new float[clean.Length];
            using Work work = Work.Begin(Attacks[a].Name, classes.Length * Attacks[a].Passes(model.Classes));
            try
            {
                Attacks[a].Perturb(model, clean, classes, attacked);
            }
            catch (NumericalFaultException fault) when (fault.Image is not null)
            {
                throw fault.Among(found.Standing);
            }

            Offer(found, model, attacked, classes);
            standing[a] += found.Standing.Length;
        }

        found.Adversaries.CopyTo(adversaries);
    }

    // Offers an adversary for every standing image.
    private static void Offer(WorstFound found, IClassifier model, ReadOnlySpan<float> adversaries, ReadOnlySpan<int> labels)
    {
        int size = model.InputShape.Size;
        var logits = new float[labels.Length * model.Classes];
        model.Logits(adversaries, logits);
        found.CheckAnswer(logits, "the logits");
        Span<float> ignored = new float[model.Classes];
        for (int k = 0; k < labels.Length; k++)
        {
            ReadOnlySpan<float> row = logits.AsSpan(k * model.Classes, model.Classes);
            float margin = Loss.CwMargin.Evaluate(row, labels[k], ignored);
            found.Offer(k, adversaries.Slice(k * size, size), margin, falls: row.IndexOfMax() != labels[k]);
        }

        found.Leave();
    }

    private sealed record Counted(WorstCase Worst, int[] Standing) : IAttack<IDifferentiableClassifier>
    {
        public string Name => Worst.Name;

        public int BatchSize => Worst.BatchSize;

        public void RequireScale(ImageSet images) => Worst.RequireScale(images);

        public double Passes(int classes) => Worst.Passes(classes);

        public void Perturb(
            IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) =>
            Worst.Perturb(model, images, labels, adversaries, Standing);
    }
}
