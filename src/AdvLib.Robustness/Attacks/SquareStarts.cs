namespace AdvLib;

/// <summary>
/// PGD of which some images start where the Square attack does, at the edge of the ball in stripes and squares, instead of at a uniform
/// draw. Noise leaves such places unseen: a network trained from uniform starts alone falls to <see cref="Square"/> first.
/// </summary>
public sealed record SquareStarts : IAdjustableAttack<IDifferentiableClassifier>
{
    private readonly Pgd _pgd;
    private readonly float _share;

    /// <summary>Creates the attack.</summary>
    /// <param name="pgd">Its steps: L-inf, with a random start, once.</param>
    /// <param name="share">Share of the images that start from squares, in [0, 1].</param>
    /// <exception cref="ArgumentException"><paramref name="pgd"/> has another norm, no random start, or restarts.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is out of range.</exception>
    public SquareStarts(Pgd pgd, float share)
    {
        ArgumentNullException.ThrowIfNull(pgd);
        if (pgd.Norm != Norm.Linf || !pgd.RandomStart || pgd.Restarts > 1)
        {
            throw new ArgumentException(
                $"Square starts of {pgd.Name}. Expected: L-inf, a random start, one run. Leave Norm, RandomStart and Restarts as they are.",
                nameof(pgd));
        }

        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(share), share, "A share of the images, at least 0 and at most 1, for example 0.5.");
        (_pgd, _share) = (pgd, share);
    }

    /// <inheritdoc/>
    public float Epsilon => _pgd.Epsilon;

    /// <inheritdoc/>
    public Goal Goal => _pgd.Goal;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"{_pgd.Name}, {100 * _share:0}% from squares");

    /// <inheritdoc/>
    public void RequireScale(ImageSet images) => _pgd.RequireScale(images);

    /// <inheritdoc/>
    public double Passes(int classes) => _pgd.Passes(classes);

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> ForBatch(float epsilon, long batch) =>
        new SquareStarts((Pgd)_pgd.ForBatch(epsilon, batch), _share);

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> Select(ReadOnlySpan<int> places) => new SquareStarts((Pgd)_pgd.Select(places), _share);

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        AttackGuard.Call(model, images, labels, adversaries);
        int size = model.InputShape.Size;
        PixelRange range = _pgd.Clip ?? PixelRange.All;
        for (int at = 0; at < images.Length; at += size)
        {
            ReadOnlySpan<float> image = images.Slice(at, size);
            Span<float> start = adversaries.Slice(at, size);
            Rng rng = ImageRandom.Of(image, _pgd.Seed);
            if (rng.NextSingle() < _share)
                SquarePatterns.DrawStart(rng, model.InputShape, Epsilon, range, image, start);
            else
                ImageRandom.Start(image, Norm.Linf, Epsilon, range, _pgd.Seed, restart: 0, start);
        }

        _pgd.Continue(model, images, labels, adversaries);
    }
}
