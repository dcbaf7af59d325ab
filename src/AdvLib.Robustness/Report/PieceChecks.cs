namespace AdvLib;

/// <summary>What the sanity checks that compute for themselves saw on a piece of a report's images, in numbers of images.</summary>
/// <param name="Images">Images they looked at.</param>
/// <param name="ZeroSquared">Of these, images whose gradient of the mean squared error is zero throughout.</param>
/// <param name="ZeroEntropy">The same of the cross-entropy.</param>
/// <param name="StandAtLargest">Images that PGD left standing with every picture within its reach.</param>
/// <param name="Moved">Images with other logits alone than in a batch.</param>
public sealed record PieceChecks(int Images, int ZeroSquared, int ZeroEntropy, int StandAtLargest, int Moved)
{
    /// <summary>Nothing was looked at.</summary>
    internal static PieceChecks None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Looks at images.</summary>
    internal static PieceChecks Of(IClassifier model, ImageSet images, RobustnessSettings settings)
    {
        PieceChecks checks = None with { Images = images.Count, Moved = MovedWithBatchSize(model, images) };
        if (model is not IDifferentiableClassifier differentiable)
            return checks;
        float largest = settings.Norm == Norm.Linf ? 1 : MathF.Sqrt(images.Shape.Size);
        return checks with
        {
            ZeroSquared = WithoutGradient(differentiable, images, Loss.MeanSquaredError),
            ZeroEntropy = WithoutGradient(differentiable, images, Loss.CrossEntropy),
            StandAtLargest = BehindThreshold.BothSides(settings.Pgd with { Epsilon = largest, Restarts = 1 }, model)
                .Attack(differentiable, images).Success.Count(fooled => !fooled),
        };
    }

    /// <summary>What was seen on all pieces.</summary>
    internal static PieceChecks Join(IEnumerable<PieceChecks> pieces) => pieces.Aggregate(None, (all, piece) => new PieceChecks(
        all.Images + piece.Images, all.ZeroSquared + piece.ZeroSquared, all.ZeroEntropy + piece.ZeroEntropy,
        all.StandAtLargest + piece.StandAtLargest, all.Moved + piece.Moved));

    private static int WithoutGradient(IDifferentiableClassifier model, ImageSet images, Loss loss)
    {
        int size = images.Shape.Size;
        (float[] pixels, int[] labels) = Copy(images);
        var gradients = new float[pixels.Length];
        model.InputGradient(pixels, labels, loss, gradients);
        return Enumerable.Range(0, images.Count).Count(i => gradients.AsSpan(i * size, size).IndexOfAnyExcept(0f) < 0);
    }

    private static int MovedWithBatchSize(IClassifier model, ImageSet images)
    {
        (float[] pixels, _) = Copy(images);
        int size = images.Shape.Size;
        var together = new float[images.Count * model.Classes];
        var alone = new float[images.Count * model.Classes];
        model.Logits(pixels, together);
        for (int i = 0; i < images.Count; i++)
            model.Logits(pixels.AsSpan(i * size, size), alone.AsSpan(i * model.Classes, model.Classes));
        float largest = together.Max(Math.Abs);
        return Enumerable.Range(0, images.Count).Count(
            i => Enumerable.Range(i * model.Classes, model.Classes).Any(at => !(Math.Abs(together[at] - alone[at]) <= 1e-4f * largest)));
    }

    private static (float[] Pixels, int[] Labels) Copy(ImageSet images)
    {
        var pixels = new float[images.Count * images.Shape.Size];
        var labels = new int[images.Count];
        images.CopyImages(0, images.Count, pixels);
        images.CopyLabels(0, images.Count, labels);
        return (pixels, labels);
    }
}
