
namespace AdvLib;

/// <summary>
/// The Square attack (Andriushchenko et al., "Square attack: a query-efficient black-box adversarial attack via random search", 2020),
/// L-inf: random squares of pixels move to the edge of the ball, and stay there when the margin rises. It sees logits only, so no hidden
/// gradient stops it.
/// </summary>
public sealed record Square : IAttack<IClassifier>
{
    // The paper's schedule for 10,000 queries: from each query on, the share of the image that a square covers is halved.
    private static readonly int[] Halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public Square(float epsilon) => Epsilon = epsilon;

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon
    {
        get;
        init => field = AttackGuard.Epsilon(value, nameof(Epsilon));
    }

    /// <summary>How often the model is asked about an image, at least 1. The schedule of the squares' sizes is scaled to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Queries
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Queries));
    } = 5000;

    /// <summary>Share of the image that the first squares cover, in (0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public double InitialShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(InitialShare), value, "Above 0 and at most 1, for example 0.8.");
    } = 0.8;

    /// <summary>Pixel values the adversaries are cut to. Images are expected to lie in it.</summary>
    public PixelRange Clip { get; init; } = PixelRange.Unit;

    /// <summary>Decides the squares, together with the image itself.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"Square-{Queries} eps {Epsilon:G3}");

    /// <inheritdoc/>
    public int BatchSize => StandingImages.BatchSize;

    /// <inheritdoc/>
    public double Passes(int classes) => Queries;

    /// <summary>Perturbs each image until it is misclassified. One that stands keeps the perturbation of the largest margin loss.</summary>
    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) =>
        StandingImages.Attack(model, images, labels, adversaries, rounds: 1, (standing, _) => Run(standing));

    /// <summary>The side of the squares at a query, of which the start is the first.</summary>
    internal int Side(int query, Shape shape)
    {
        int place = (int)((long)query * 10_000 / Queries);
        double share = InitialShare / (1 << Halvings.Count(halving => place > halving));
        return Math.Clamp((int)Math.Round(Math.Sqrt(share * shape.Height * shape.Width)), 1, Math.Min(shape.Height, shape.Width));
    }

    private void Run(StandingImages images)
    {
        int size = images.Size;
        var current = new float[images.Pixels];
        var margins = new float[images.Total];
        var rngs = new Rng[images.Total];
        Array.Fill(margins, float.NegativeInfinity);
        foreach (int image in images.Standing)
            rngs[image] = ImageRandom.Of(images.Clean(image), Seed);
        for (int query = 0; query < Queries && images.Standing.Length > 0; query++)
        {
            int side = Side(query - 1, images.Shape);
            bool first = query == 0;
            images.Each(k =>
            {
                int image = images.Standing[k];
                ReadOnlySpan<float> clean = images.Clean(image);
                if (first)
                {
                    SquarePatterns.DrawStripes(rngs[image], images.Shape, Epsilon, Clip, clean, images.Row(k));
                    return;
                }

                current.AsSpan(image * size, size).CopyTo(images.Row(k));
                SquarePatterns.DrawSquare(rngs[image], images.Shape, side, Epsilon, Clip, clean, images.Row(k));
            });
            images.Ask();
            for (int k = 0; k < images.Standing.Length; k++)
            {
                int image = images.Standing[k];
                if (!(images.Margin(k) > margins[image]))
                    continue;
                margins[image] = images.Margin(k);
                images.Row(k).CopyTo(current.AsSpan(image * size, size));
            }

            images.OfferAll();
        }
    }
}
