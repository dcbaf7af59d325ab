using System.Buffers;

namespace AdvLib;

/// <summary>
/// Auto-PGD (Croce and Hein, "Reliable evaluation of adversarial robustness with an ensemble of diverse parameter-free attacks", 2020):
/// PGD with momentum whose step is halved, and which goes back to its best point, wherever the loss has stopped rising. It has no step
/// size to get wrong. With <see cref="Loss.CrossEntropy"/> it is APGD-CE, with <see cref="AdvLib.Dlr"/> APGD-DLR, with
/// <see cref="TargetClasses"/> APGD-T.
/// </summary>
public sealed record Apgd : IAttack<IDifferentiableClassifier>
{
    // The paper's alpha, rho, and its checkpoints p: the first, how much the gap between two shrinks, and the smallest gap.
    private const float Alpha = 0.75f;
    private const float Rho = 0.75f;
    private const double FirstGap = 0.22;
    private const double GapShrinks = 0.03;
    private const double SmallestGap = 0.06;

    /// <summary>Creates the attack.</summary>
    /// <param name="epsilon">Largest size of the perturbation in the attack's norm, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public Apgd(float epsilon) => Epsilon = epsilon;

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

    /// <summary>Number of steps, at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Iterations
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Iterations));
    } = 100;

    /// <summary>How often the attack is run on images that stand, each from a random start of its own; at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not positive.</exception>
    public int Restarts
    {
        get;
        init => field = AttackGuard.Positive(value, nameof(Restarts));
    } = 1;

    /// <summary>The loss that is raised while there are no <see cref="TargetClasses"/>.</summary>
    public Loss Loss { get; init; } = Loss.CrossEntropy;

    /// <summary>
    /// When positive, every run goes for each of so many classes in turn, likeliest first; all other classes where the model has fewer. It
    /// raises the targeted DLR, or the targeted margin where there are too few classes for that.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int TargetClasses
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(TargetClasses), value, "At least 0.");
    }

    /// <summary>Pixel values the adversaries are cut to. Images are expected to lie in it.</summary>
    public PixelRange Clip { get; init; } = PixelRange.Unit;

    /// <summary>Decides the random starts, together with the image itself.</summary>
    public ulong Seed { get; init; } = 42;

    /// <inheritdoc/>
    public string Name => FormattableString.Invariant(
        $"{Kind}-{Iterations}{(Restarts > 1 ? $" x{Restarts}" : "")} {(Norm == Norm.Linf ? "" : $"{Norm} ")}eps {Epsilon:G3}");

    private string Kind => TargetClasses > 0 ? "APGD-T" : Loss == Loss.CrossEntropy ? "APGD-CE" : $"APGD-{Loss.Name}";

    /// <inheritdoc/>
    public int BatchSize => StandingImages.BatchSize;

    /// <inheritdoc/>
    public void RequireScale(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        images.RequireScale(Clip, Norm == Norm.Linf ? Epsilon : 0);
    }

    /// <inheritdoc/>
    public double Passes(int classes) => (double)Targets(classes) * Restarts * (Iterations + 1) * Work.GradientPasses;

    /// <summary>Perturbs each image until it is misclassified. One that stands keeps the perturbation of the largest margin loss.</summary>
    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
    {
        ArgumentNullException.ThrowIfNull(model);
        int rounds = Targets(model.Classes) * Restarts;
        StandingImages.Attack(model, images, labels, adversaries, rounds, (standing, round) =>
            new Run(this, model, standing, LossOf(standing, round)).Attack(round));
    }

    private int Targets(int classes) => Math.Max(1, Math.Min(TargetClasses, classes - 1));

    // What divides by the distance to a third or fourth class needs one.
    private Loss LossOf(StandingImages standing, int round)
    {
        if (TargetClasses == 0)
            return Loss is Dlr && standing.Classes < Dlr.FewestClasses ? Loss.CwMargin : Loss;
        int[] targets = standing.CleanRank(1 + round / Restarts);
        return standing.Classes < TargetedDlr.FewestClasses ? new TargetedMargin(targets) : new TargetedDlr(targets);
    }

    // The state of one run; arrays are over all images, rows of pixels over all pixels.
    private sealed class Run(Apgd settings, IDifferentiableClassifier model, StandingImages images, Loss loss)
    {
        private readonly int _size = images.Size;
        private readonly float[] _current = new float[images.Pixels];
        private readonly float[] _previous = new float[images.Pixels];
        private readonly float[] _gradient = new float[images.Pixels];
        private readonly float[] _best = new float[images.Pixels];
        private readonly float[] _bestGradient = new float[images.Pixels];
        private readonly float[] _bestLoss = new float[images.Total];
        private readonly float[] _checkedLoss = new float[images.Total];
        private readonly float[] _lastLoss = new float[images.Total];
        private readonly float[] _step = new float[images.Total];
        private readonly int[] _rises = new int[images.Total];
        private readonly bool[] _halved = new bool[images.Total];

        public void Attack(int round)
        {
            Start(round);
            int window = Math.Max(1, (int)(FirstGap * settings.Iterations));
            int shrink = Math.Max(1, (int)(GapShrinks * settings.Iterations));
            int smallest = Math.Max(1, (int)(SmallestGap * settings.Iterations));
            int since = 0;
            for (int i = 0; i < settings.Iterations && images.Standing.Length > 0; i++)
            {
                float alpha = i == 0 ? 1 : Alpha;
                images.Each(k => Move(images.Standing[k], alpha));
                Measure();
                if (++since < window)
                    continue;
                foreach (int image in images.Standing)
                    Check(image, window);
                window = Math.Max(window - shrink, smallest);
                since = 0;
            }
        }

        private void Start(int round)
        {
            Array.Fill(_bestLoss, float.NegativeInfinity);
            Array.Fill(_step, MathF.Min(2 * settings.Epsilon, float.MaxValue));
            Array.Fill(_halved, true);
            images.Each(k =>
            {
                int image = images.Standing[k];
                Span<float> start = Of(_current, image);
                ImageRandom.Start(images.Clean(image), settings.Norm, settings.Epsilon, settings.Clip, settings.Seed, round, start);
                start.CopyTo(Of(_previous, image));
            });
            Measure();
            Array.Clear(_rises);
            _bestLoss.CopyTo(_checkedLoss, 0);
        }

        // One step along the gradient, blended with the step before.
        private void Move(int image, float alpha)
        {
            ReadOnlySpan<float> clean = images.Clean(image);
            Span<float> current = Of(_current, image);
            Span<float> previous = Of(_previous, image);
            float[] next = ArrayPool<float>.Shared.Rent(_size);
            Span<float> moved = next.AsSpan(0, _size);
            current.CopyTo(moved);
            settings.Norm.Step(Of(_gradient, image), _step[image], settings.Clip, _size, moved);
            settings.Norm.Project(clean, settings.Epsilon, settings.Clip, _size, moved);
            Blend(current, previous, alpha, moved);
            settings.Norm.Project(clean, settings.Epsilon, settings.Clip, _size, moved);
            current.CopyTo(previous);
            moved.CopyTo(current);
            ArrayPool<float>.Shared.Return(next);
        }

        // next = current + share (next - current) + (1 - share) (current - previous).
        private static void Blend(ReadOnlySpan<float> current, ReadOnlySpan<float> previous, float share, Span<float> next)
        {
            for (int i = 0; i < next.Length; i++)
            {
                float blended = current[i] + (next[i] - current[i]) * share + (current[i] - previous[i]) * (1 - share);
                // Where epsilon has no bound and no clip cuts it, differences may overflow: the step is then taken whole.
                next[i] = float.IsFinite(blended) ? blended : next[i];
            }
        }

        private void Measure()
        {
            images.Each(k => Of(_current, images.Standing[k]).CopyTo(images.Row(k)));
            images.Differentiate(model, loss);
            images.Each(Note);
            images.Leave();
        }

        private void Note(int k)
        {
            images.Offer(k);
            int image = images.Standing[k];
            float value = images.Value(k);
            images.Gradient(k).CopyTo(Of(_gradient, image));
            _rises[image] += value > _lastLoss[image] ? 1 : 0;
            _lastLoss[image] = value;
            if (!(value > _bestLoss[image]))
                return;
            _bestLoss[image] = value;
            Of(_current, image).CopyTo(Of(_best, image));
            Of(_gradient, image).CopyTo(Of(_bestGradient, image));
        }

        // Condition 1: the loss rose in too few of the steps. Condition 2: no step was halved last
        // time, and no better point was found since.
        private void Check(int image, int window)
        {
            bool halve = _rises[image] <= Rho * window || (!_halved[image] && _checkedLoss[image] >= _bestLoss[image]);
            (_halved[image], _checkedLoss[image], _rises[image]) = (halve, _bestLoss[image], 0);
            if (!halve)
                return;
            _step[image] /= 2;
            Of(_best, image).CopyTo(Of(_current, image));
            Of(_bestGradient, image).CopyTo(Of(_gradient, image));
        }

        private Span<float> Of(float[] pixels, int image) => pixels.AsSpan(image * _size, _size);
    }
}
