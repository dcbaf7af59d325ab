using System.Globalization;

namespace AdvLib;

/// <summary>
/// How many images are proved: classified correctly, and so is everything within epsilon of them. A lower bound of the accuracy under any
/// attack, present or future; an attack's own accuracy is an upper bound of the same number.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class CertifiedAccuracy : IVisual
{
    private CertifiedAccuracy(
        string images, float epsilon, PieceProofs proofs, IReadOnlyDictionary<int, float[]>? counterexamples = null)
    {
        (Images, Epsilon, CleanCount, IntervalCount) = (images, epsilon, proofs.Clean, proofs.ByIntervals);
        (Verified, RefutedCount, Counterexamples) = (proofs.Verified, proofs.Refuted, counterexamples ?? new Dictionary<int, float[]>());
        VerifiedCount = Verified.Count(image => image);
        Interval = ConfidenceInterval.Of(VerifiedCount, Count);
    }

    /// <summary>Name of the image set.</summary>
    public string Images { get; }

    /// <summary>Largest change of a pixel, in pixel units of [0, 1].</summary>
    public float Epsilon { get; }

    /// <summary>Whether each image is proved.</summary>
    public IReadOnlyList<bool> Verified { get; }

    /// <summary>Number of images.</summary>
    public int Count => Verified.Count;

    /// <summary>Images that are classified correctly as they are.</summary>
    public int CleanCount { get; }

    /// <summary>Images that interval bounds alone prove.</summary>
    public int IntervalCount { get; }

    /// <summary>Images that are proved, by interval bounds, by linear ones or by cases.</summary>
    public int VerifiedCount { get; }

    /// <summary>
    /// Images that are classified correctly as they are, and of which proving by cases found a point within epsilon that is not. What is
    /// left, neither verified nor refuted, is open.
    /// </summary>
    public int RefutedCount { get; }

    /// <summary>Verified accuracy: the share of images that are proved, a fraction.</summary>
    public double Share => VerifiedCount / (double)Count;

    /// <summary>Clean accuracy, a fraction.</summary>
    public double CleanShare => CleanCount / (double)Count;

    /// <summary>The verified accuracy's 95% interval.</summary>
    public ConfidenceInterval Interval { get; }

    /// <summary>
    /// Proves what can be proved: by interval bounds, where they fail on an image that is classified correctly by linear ones, and where a
    /// network begins with a <see cref="Threshold"/> and these fail too, by cases: pixels are set to either side of a step, or to either
    /// half of what a threshold with a slope leaves of their interval, until bounds prove every case or one holds a counterexample.
    /// </summary>
    /// <param name="model">The network, of any engine.</param>
    /// <param name="images">Clean images with their true labels.</param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="clip">The range that pixels are kept in; [0, 1] when not given, <see cref="PixelRange.All"/> for none.</param>
    /// <param name="cases">
    /// Cases that are bounded for one image at most, at least 0: a hundred take as long as some hundred images; 0 leaves them out.
    /// </param>
    /// <returns>The counts.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite, or <paramref name="cases"/> is negative.
    /// </exception>
    /// <exception cref="BoundsUnavailableException">A layer of the network cannot be bounded.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static CertifiedAccuracy Of(INetwork model, ImageSet images, float epsilon, PixelRange? clip = null, int cases = 1000)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        EpsilonBox.Check(epsilon);
        ArgumentOutOfRangeException.ThrowIfNegative(cases);
        using Work work = Work.Begin($"proofs on {images.Name}", 3.0 * images.Count);
        int[] right = StillRight.Clean(model, images);
        var network = new NetworkBounds(model);
        var verified = new bool[images.Count];
        Prove(network.Margins);
        int byIntervals = verified.Count(image => image);
        Prove(network.LinearMargins);
        var counterexamples = new Dictionary<int, float[]>();
        if (cases > 0 && InputSplitting.Applies(model.Description))
        {
            int[] open = [.. right.Where(image => !verified[image])];
            counterexamples = InputSplitting.ProveAll(model, images, open, epsilon, clip ?? PixelRange.Unit, cases, verified);
        }

        var proofs = new PieceProofs(right.Length, byIntervals, counterexamples.Count, verified);
        return new CertifiedAccuracy(images.Name, epsilon, proofs, counterexamples);

        void Prove(MarginBounds bound)
        {
            int[] open = [.. right.Where(image => !verified[image])];
            EpsilonBox.Each(images, open, epsilon, clip ?? PixelRange.Unit, (start, lower, upper, labels) =>
            {
                var margins = new float[labels.Length * model.Classes];
                bound(lower, upper, labels, margins);
                for (int i = 0; i < labels.Length; i++)
                    verified[open[start + i]] = IntervalBounds.IsVerified(margins.AsSpan(i * model.Classes, model.Classes), labels[i]);
            });
        }
    }

    /// <summary>The counterexamples, by their images' places in the set; none where pieces were joined.</summary>
    internal IReadOnlyDictionary<int, float[]> Counterexamples { get; }

    /// <summary>What is proved of all images, from what is proved of their pieces.</summary>
    internal static CertifiedAccuracy Join(string images, float epsilon, IReadOnlyList<PieceProofs> pieces) => new(
        images, epsilon, new PieceProofs(
            pieces.Sum(piece => piece.Clean), pieces.Sum(piece => piece.ByIntervals), pieces.Sum(piece => piece.Refuted),
            [.. pieces.SelectMany(piece => piece.Verified)]));

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>The counts as a table.</summary>
    /// <returns>The table.</returns>
    public override string ToString() => Table().ToString();

    private TableView Table()
    {
        string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
        string Part(int value) => Show.Value(value / (double)Count, percent: true);
        string[] Row(string what, int value) => [what, Part(value), ConfidenceInterval.Of(value, Count).ToString(), Number(value)];
        string title = FormattableString.Invariant($"Proved on {Images}, L-inf epsilon {Epsilon:G3}");
        TableView table = new TableView(title, "of the images", "share", "95% interval", "images") { Align = "lrrr" }
            .Row(Row("classified correctly", CleanCount))
            .Row(Row("verified by intervals", IntervalCount))
            .Row(Row("verified", VerifiedCount));
        if (RefutedCount > 0)
            table = table.Row(Row("right, but refuted by a counterexample", RefutedCount));
        return table.Note("Verified: no attack within epsilon changes the answer, rounding included.");
    }

    private delegate void MarginBounds(ReadOnlySpan<float> lower, ReadOnlySpan<float> upper, ReadOnlySpan<int> labels, Span<float> margins);
}
