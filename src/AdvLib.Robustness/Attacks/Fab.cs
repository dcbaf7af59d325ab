using System.Buffers;
using System.Runtime.Intrinsics;

namespace AdvLib;

/// <summary>
/// FAB-T, the targeted fast adaptive boundary attack (Croce and Hein, "Minimally distorted adversarial examples with a fast adaptive
/// boundary attack", 2020): steps onto the linearised boundary between an image's class and another, biased towards the image itself, so
/// that it finds near adversaries instead of a high loss. It goes for each of the other classes in turn, likeliest first.
/// </summary>
/// <remarks>The search for an image ends with the first adversary within epsilon.</remarks>
public sealed record Fab : IAttack<IDifferentiableClassifier>
{
    // The paper's largest bias towards the image, overshoot beyond the boundary, and step back from an adversary.
    private const float LargestBias = 0.1f;
    private const float Overshoot = 1.05f;
    private const float StepBack = 0.9f;

    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest size of the perturbation in the attack's norm, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public Fab(float epsilon) => Epsilon = epsilon;

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

    /// <summary>Number of steps towards each class, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Iterations
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Iterations));
    } = 100;

    /// <summary>How many classes to go for; all other classes where the model has fewer. At least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int TargetClasses
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(TargetClasses));
    } = 9;

    /// <summary>Pixel values the adversaries are cut to. Images are expected to lie in it.</summary>
    public PixelRange Clip { get; init; } = PixelRange.Unit;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant($"FAB-T-{Iterations} {(Norm == Norm.Linf ? "" : $"{Norm} ")}eps {Epsilon:G3}");

    /// <inheritdoc/>
    public int BatchSize => StandingImages.BatchSize;

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Norm == Norm.Linf ? Epsilon : 0);
    }

    /// <inheritdoc/>
    public double Passes(int classes) => (double)Targets(classes) * Iterations * (Work.GradientPasses + 1);

    /// <summary>
    /// Perturbs each image until it is misclassified within epsilon. One that stands keeps the perturbation of the largest margin loss.
    /// </summary>
    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        StandingImages.Attack(
            model, images, labels, adversaries, Targets(model.Classes), (standing, round) => Run(model, standing, round));
    }

    private int Targets(int classes) => Math.Min(TargetClasses, classes - 1);

    private void Run(IDifferentiableClassifier model, StandingImages images, int round)
    {
        int size = images.Size;
        float[] current = images.CleanCopy();
        var loss = new TargetedMargin(images.CleanRank(1 + round));
        for (int i = 0; i < Iterations && images.Standing.Length > 0; i++)
        {
            images.Each(k => current.AsSpan(images.Standing[k] * size, size).CopyTo(images.Row(k)));
            images.Differentiate(model, loss);
            images.Each(k => Step(images.Clean(images.Standing[k]), images.Value(k), images.Gradient(k), images.Row(k)));
            images.Ask();
            images.Each(k =>
            {
                ReadOnlySpan<float> clean = images.Clean(images.Standing[k]);
                Span<float> row = images.Row(k);
                if (Norm.Distance(clean, row) <= Epsilon)
                    images.Offer(k);
                if (images.Fools(k))
                    StepBackTo(clean, row);
                row.CopyTo(current.AsSpan(images.Standing[k] * size, size));
            });
            images.Leave();
        }
    }

    private static void StepBackTo(ReadOnlySpan<float> clean, Span<float> row)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] += (1 - StepBack) * (clean[i] - row[i]);
    }

    // The boundary's linearisation at the row is value + gradient (x - row) = 0: project the row and the clean image onto it, and blend.
    private void Step(ReadOnlySpan<float> clean, float value, ReadOnlySpan<float> gradient, Span<float> row)
    {
        float[] fromRow = ArrayPool<float>.Shared.Rent(row.Length);
        float[] fromClean = ArrayPool<float>.Shared.Rent(row.Length);
        double valueAtClean = value;
        for (int i = 0; i < row.Length; i++)
            valueAtClean += gradient[i] * ((double)clean[i] - row[i]);
        double rowDistance = Math.Max(1e-8, HyperplaneProjection.Find(row, gradient, -value, Norm, Clip, fromRow.AsSpan(0, row.Length)));
        double cleanDistance = Math.Max(1e-8, HyperplaneProjection.Find(clean, gradient, -valueAtClean, Norm, Clip, fromClean.AsSpan(0, row.Length)));
        float bias = (float)Math.Min(rowDistance / (rowDistance + cleanDistance), LargestBias);
        Blend(clean, bias, fromRow, fromClean, row);
        ArrayPool<float>.Shared.Return(fromRow);
        ArrayPool<float>.Shared.Return(fromClean);
    }

    // The boundary of a flat loss is nowhere: a step without end is none.
    private void Blend(ReadOnlySpan<float> clean, float bias, ReadOnlySpan<float> fromRow, ReadOnlySpan<float> fromClean, Span<float> row)
    {
        int i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> x = Vector256.Create<float>(row[i..]);
            Vector256<float> next = (x + Overshoot * Vector256.Create(fromRow[i..])) * (1 - bias)
                + (Vector256.Create(clean[i..]) + Overshoot * Vector256.Create(fromClean[i..])) * bias;
            Vector256<float> cut = Vector256.Min(Vector256.Max(next, Vector256.Create(Clip.Low)), Vector256.Create(Clip.High));
            Vector256.ConditionalSelect(Vector256.IsFinite(next), cut, x).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            float next = (row[i] + Overshoot * fromRow[i]) * (1 - bias) + (clean[i] + Overshoot * fromClean[i]) * bias;
            row[i] = float.IsFinite(next) ? MathF.Min(MathF.Max(next, Clip.Low), Clip.High) : row[i];
        }
    }
}
