namespace AdvLib;

/// <summary>
/// The inner attack of TRADES (Zhang et al., 2019): PGD that raises the <see cref="KullbackLeibler"/> divergence from the model's own
/// answer to the clean image. Labels play no role. It starts at random, because at the image itself
/// the divergence is 0 and has no gradient.
/// </summary>
public sealed record TradesAttack : IAdjustableAttack<IDifferentiableClassifier>
{
    private readonly Pgd _pgd;

    /// <summary>Creates the attack.</summary>
    /// <param name="pgd">Its steps; with a random start. Its own loss is not used.</param>
    /// <exception cref="ArgumentException"><paramref name="pgd"/> starts at the image itself, or has a target.</exception>
    public TradesAttack(Pgd pgd)
    {
        ArgumentNullException.ThrowIfNull(pgd);
        if (!pgd.RandomStart || pgd.Goal != Goal.LeaveLabel)
            throw new ArgumentException(
                $"TRADES by {pgd.Name}. Expected: an untargeted attack with a random start. Set RandomStart, leave Goal.", nameof(pgd));
        _pgd = pgd;
    }

    /// <inheritdoc/>
    public float Epsilon => _pgd.Epsilon;

    /// <inheritdoc/>
    public string Name => $"TRADES by {_pgd.Name}";

    /// <inheritdoc/>
    public void RequireScale(ImageSet images) => _pgd.RequireScale(images);

    /// <inheritdoc/>
    public double Passes(int classes) => 1 + _pgd.Passes(classes);

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> ForBatch(float epsilon, long batch) => new TradesAttack((Pgd)_pgd.ForBatch(epsilon, batch));

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        var divergence = new KullbackLeibler(model.Predict(images), model.Classes);
        (_pgd with { Loss = divergence }).Perturb(model, images, labels, adversaries);
    }
}
