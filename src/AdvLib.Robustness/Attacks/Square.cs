
namespace AdvLib;

/// <summary>
/// The Square attack (Andriushchenko et al., "Square attack: a query-efficient black-box adversarial attack via random search", 2020),
/// by random search: squares of pixels move to the edge of the L-inf ball, or windows of the image exchange length of an L2
/// perturbation, and
/// stay so when the margin rises. It sees logits only, so no hidden gradient stops it.
/// </summary>
public sealed record Square : IAttack<IClassifier>
{
    // Images for each thread that answers about changes are held for at a time: what they left in the network stays in the core's cache.
    private const int HeldImages = 32;

    // The paper's schedule for 10,000 queries: from each query on, the share of the image that a square covers is halved.
    private static readonly int[] Halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest size of the perturbation in the attack's norm, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public Square(float epsilon) => Epsilon = epsilon;

    /// <summary>Largest size of the perturbation in <see cref="Norm"/>, in pixel units of [0, 1].</summary>
    public float Epsilon
    {
        get;
        init => field = AttackGuard.Epsilon(value, nameof(Epsilon));
    }

    /// <summary>How the perturbation is measured: L-inf or L2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The norm is another one.</exception>
    public Norm Norm
    {
        get;
        init => field = NormGuard.LinfOrL2(value, nameof(Norm));
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
    public string Name => FormattableString.Invariant($"Square-{Queries} {(Norm == Norm.Linf ? "" : $"{Norm} ")}eps {Epsilon:G3}");

    /// <inheritdoc/>
    public int BatchSize => StandingImages.BatchSize;

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Norm == Norm.Linf ? Epsilon : 0);
    }

    /// <inheritdoc/>
    public double Passes(int classes) => Queries;

    /// <summary>Perturbs each image until it is misclassified. One that stands keeps the perturbation of the largest margin loss.</summary>
    /// <inheritdoc/>
    public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        int count = AttackGuard.Call(model, images, labels, adversaries);
        int size = model.InputShape.Size;

        // In L2 each query stretches the whole image.
        int held = Math.Clamp(count, 1, HeldImages * model.Threads);
        IIncrementalInference? inference = Norm == Norm.Linf ? model.BeginIncremental(held) : null;
        int piece = inference is null ? Math.Max(1, count) : held;
        for (int start = 0; start < count; start += piece)
        {
            Range some = start..Math.Min(count, start + piece);
            Range pixels = (start * size)..(some.End.Value * size);
            try
            {
                StandingImages.Attack(
                    model, images[pixels], labels[some], adversaries[pixels], rounds: 1, (standing, _) => Run(standing, inference));
            }
            catch (NumericalFaultException fault) when (fault.Image is not null)
            {
                throw fault.Among([.. Enumerable.Range(start, count - start)]);
            }
        }
    }

    /// <summary>The side of the squares at a query, of which the start is the first.</summary>
    internal int Side(int query, Shape shape)
    {
        int place = (int)((long)query * 10_000 / Queries);
        double share = InitialShare / (1 << Halvings.Count(halving => place > halving));
        return Math.Clamp((int)Math.Round(Math.Sqrt(share * shape.Height * shape.Width)), 1, Math.Min(shape.Height, shape.Width));
    }

    private void Run(StandingImages images, IIncrementalInference? inference)
    {
        int size = images.Size;
        var current = new float[images.Pixels];
        var margins = new float[images.Total];
        var rngs = new Rng[images.Total];
        var windows = new PixelWindow[images.Total];
        var better = new bool[images.Total];
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
                if (first)
                {
                    Start(rngs[image], images.Shape, images.Clean(image), images.Row(k));
                    return;
                }

                current.AsSpan(image * size, size).CopyTo(images.Row(k));
                windows[k] = Change(rngs[image], images.Shape, side, images.Clean(image), images.Row(k));
            });
            if (first || inference is null)
                images.Ask();
            else
                images.Ask(inference, windows.AsSpan(0, images.Standing.Length));
            images.Each(k =>
            {
                images.Offer(k);
                int image = images.Standing[k];
                float margin = images.Margin(k);
                better[k] = margin > margins[image];
                if (!better[k])
                    return;
                margins[image] = margin;
                images.Row(k).CopyTo(current.AsSpan(image * size, size));
            });
            if (!first)
                inference?.Keep(better.AsSpan(0, images.Standing.Length));
            int[] left = images.Leave();
            if (first)
                Hold(images, current, inference);
            else if (left.Length > 0)
                inference?.Retain(left);
        }
    }

    // The start, whole, as what squares will change.
    private static void Hold(StandingImages images, float[] current, IIncrementalInference? inference)
    {
        if (inference is null)
            return;
        images.Each(k => current.AsSpan(images.Standing[k] * images.Size, images.Size).CopyTo(images.Row(k)));
        images.Begin(inference);
    }

    private void Start(Rng rng, Shape shape, ReadOnlySpan<float> clean, Span<float> row)
    {
        if (Norm == Norm.L2)
            SquareWindows.DrawStart(rng, shape, Epsilon, Clip, clean, row);
        else
            SquarePatterns.DrawStripes(rng, shape, Epsilon, Clip, clean, row);
    }

    // Where the image changes; anywhere in L2.
    private PixelWindow Change(Rng rng, Shape shape, int side, ReadOnlySpan<float> clean, Span<float> row)
    {
        if (Norm == Norm.Linf)
            return SquarePatterns.DrawSquare(rng, shape, side, Epsilon, Clip, clean, row);
        SquareWindows.DrawWindow(rng, shape, SquareWindows.Side(side, shape), Epsilon, Clip, clean, row);
        return new PixelWindow(0, 0, shape.Height, shape.Width);
    }
}
