namespace AdvLib;

/// <summary>
/// A robustness report's measurements on consecutive images of a set, image by image. What is random is seeded by each image, so pieces
/// may be measured anywhere and in any order: <see cref="RobustnessReport.Join"/> makes of them the report of one process.
/// </summary>
/// <param name="Start">Place of the first image in the set.</param>
/// <param name="Classes">Number of classes of the model.</param>
/// <param name="Engine">The engine, as the model names it.</param>
/// <param name="HasGradients">Whether the model has gradients; without them noise and Square are all that looks for adversaries.</param>
/// <param name="Labels">The true class of each image.</param>
/// <param name="Rows">The numbers, in the table's order.</param>
/// <param name="Checks">What the sanity checks saw.</param>
/// <param name="Proofs">What is proved; null for a model that cannot be bounded.</param>
public sealed record RobustnessPiece(
    int Start, int Classes, string Engine, bool HasGradients, IReadOnlyList<int> Labels, IReadOnlyList<PieceRow> Rows, PieceChecks Checks,
    PieceProofs? Proofs)
{
    /// <summary>Attacks a piece of a set in every way of the report.</summary>
    /// <param name="model">The model: noise and Square alone attack one without gradients.</param>
    /// <param name="images">The whole set: clean images with their true labels, pixels in [0, 1].</param>
    /// <param name="start">Place of the piece's first image.</param>
    /// <param name="count">Images of the piece, at least 1.</param>
    /// <param name="settings">What to measure.</param>
    /// <returns>The piece.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The set does not hold these images.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="ImageSetException">The images' pixels are of another scale than epsilon.</exception>
    /// <exception cref="NumericalFaultException">The model answers an image, or an attack, with NaN or infinity.</exception>
    public static RobustnessPiece Of(IClassifier model, ImageSet images, int start, int count, RobustnessSettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(settings);
        ModelFit.Check(model, images);
        try
        {
            return PieceMeasure.Run(model, images.Slice(start, count), start, settings);
        }
        catch (NumericalFaultException fault) when (fault.Image is not null)
        {
            throw fault.Among([.. Enumerable.Range(start, count)]);
        }
    }

    /// <summary>Whether the lists are as long as the piece, and hold classes of the model.</summary>
    /// <returns>False for a piece that was not measured, or is damaged.</returns>
    public bool IsSound()
    {
        bool AreClasses(IReadOnlyList<int> values) =>
            values.Count == Labels.Count && values.All(value => (uint)value < (uint)Classes);
        return Start >= 0 && Labels.Count > 0 && AreClasses(Labels) && Rows.Any(row => row?.Key == "clean")
            && Rows.All(row => row is not null && AreClasses(row.Predicted)
                && row.Loss.Count == Labels.Count && row.Confidence.Count == Labels.Count)
            && (Proofs is null || Proofs.Verified.Count == Labels.Count);
    }

    /// <summary>The answers behind a row.</summary>
    internal IEnumerable<ImageAnswer> Answers(PieceRow row) =>
        Enumerable.Range(0, Labels.Count).Select(i => new ImageAnswer(Labels[i], row.Predicted[i], row.Loss[i], row.Confidence[i]));
}
