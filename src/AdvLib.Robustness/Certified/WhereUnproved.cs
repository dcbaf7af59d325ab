namespace AdvLib;

/// <summary>
/// An attack on those images of a set that are not proved. The proved ones stay as they are, since no attack within epsilon changes their
/// answers; those that proving refuted become their counterexamples. The accuracy is what the attack on all images would leave, or less,
/// for the price of the few that are open. An attack that wants a certain class looks for it itself.
/// </summary>
public sealed class WhereUnproved : IAttack<IDifferentiableClassifier>
{
    private readonly IAttack<IDifferentiableClassifier> _attack;
    private readonly bool[] _verified;
    private readonly float[]?[] _counterexamples;

    /// <summary>Creates the attack.</summary>
    /// <param name="attack">An attack that keeps within the epsilon and the range of the proofs.</param>
    /// <param name="proved">What is proved of the model and the images that are to be attacked.</param>
    public WhereUnproved(IAttack<IDifferentiableClassifier> attack, CertifiedAccuracy proved)
        : this(attack ?? throw new ArgumentNullException(nameof(attack)),
            [.. (proved ?? throw new ArgumentNullException(nameof(proved))).Verified],
            [.. Enumerable.Range(0, proved.Count).Select(
                image => attack.Goal.IsTarget ? null : proved.Counterexamples.GetValueOrDefault(image))])
    {
    }

    private WhereUnproved(IAttack<IDifferentiableClassifier> attack, bool[] verified, float[]?[] counterexamples) =>
        (_attack, _verified, _counterexamples) = (attack, verified, counterexamples);

    /// <inheritdoc/>
    public string Name => $"{_attack.Name}, where nothing is proved";

    /// <inheritdoc/>
    public Goal Goal => _attack.Goal;

    /// <summary>Many: few of them are left to attack.</summary>
    public int BatchSize => 5 * _attack.BatchSize;

    /// <inheritdoc/>
    public void RequireScale(ImageSet images) => _attack.RequireScale(images);

    /// <inheritdoc/>
    public double Passes(int classes) => _attack.Passes(classes) * Enumerable.Range(0, _verified.Length).Count(IsOpen) / Math.Max(1, _verified.Length);

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> Select(ReadOnlySpan<int> places)
    {
        var verified = new bool[places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            verified[i] = places[i] < _verified.Length ? _verified[places[i]] : throw new ArgumentException(
                FormattableString.Invariant($"Image {places[i]} of a set, with proofs for {_verified.Length}. ")
                + "Expected: the set that was proved. Prove and attack the same images.", nameof(places));
        }

        float[]?[] counterexamples = [.. places.ToArray().Select(place => _counterexamples[place])];
        return new WhereUnproved(_attack.Select(places), verified, counterexamples);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are more or fewer images than proofs.</exception>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        if (count != _verified.Length)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{count} images, with proofs for {_verified.Length}. ")
                + "Expected: the images that were proved, or those that Select names.", nameof(labels));
        }

        images.CopyTo(adversaries);
        for (int i = 0; i < count; i++)
            _counterexamples[i]?.CopyTo(adversaries[(i * model.InputShape.Size)..]);
        int[] open = [.. Enumerable.Range(0, count).Where(IsOpen)];
        if (open.Length == 0)
            return;
        int size = model.InputShape.Size;
        var clean = new float[open.Length * size];
        var attacked = new float[clean.Length];
        var classes = new int[open.Length];
        for (int i = 0; i < open.Length; i++)
        {
            images.Slice(open[i] * size, size).CopyTo(clean.AsSpan(i * size));
            classes[i] = labels[open[i]];
        }

        _attack.Select(open).Perturb(model, clean, classes, attacked);
        for (int i = 0; i < open.Length; i++)
            attacked.AsSpan(i * size, size).CopyTo(adversaries[(open[i] * size)..]);
    }

    private bool IsOpen(int image) => !_verified[image] && _counterexamples[image] is null;
}
