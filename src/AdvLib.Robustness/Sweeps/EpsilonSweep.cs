using System.Globalization;

namespace AdvLib;

/// <summary>
/// Accuracy of a model under the same attack from weak to strong. What fooled an image within a small epsilon is allowed within every
/// larger one, so an image that has fallen stays fallen: the curve never rises, and each next epsilon costs only what still stands.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class EpsilonSweep : IPicture
{
    private EpsilonSweep(string images, string attack, int count, float[] epsilons, int[] standing)
    {
        Images = images;
        Attack = attack;
        Count = count;
        Epsilons = epsilons;
        Accuracy = [.. standing.Select(number => number / (double)count)];
        Intervals = [.. standing.Select(number => ConfidenceInterval.Of(number, count))];
    }

    /// <summary>Name of the image set.</summary>
    public string Images { get; }

    /// <summary>The attack's name without its epsilon, where the name says it as AdvLib's attacks' do.</summary>
    public string Attack { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>The attack's strengths, rising.</summary>
    public IReadOnlyList<float> Epsilons { get; }

    /// <summary>Accuracy at each strength, a fraction; never rising.</summary>
    public IReadOnlyList<double> Accuracy { get; }

    /// <summary>The 95% interval of each accuracy.</summary>
    public IReadOnlyList<ConfidenceInterval> Intervals { get; }

    /// <summary>Attacks a model with rising strength.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Clean images with their true labels.</param>
    /// <param name="attack">Makes the attack of a strength, for example <c>epsilon =&gt; new Pgd(epsilon)</c>.</param>
    /// <param name="epsilons">The strengths, rising; 0 measures the clean accuracy.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentException">There is no strength, or they do not rise.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static EpsilonSweep Of(IDifferentiableClassifier model, ImageSet images, Func<float, IAttack<IDifferentiableClassifier>> attack,
        params IReadOnlyList<float> epsilons)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(epsilons);
        CheckRising(epsilons);
        var standing = new int[epsilons.Count];
        using Work work = Work.Begin($"sweep over {epsilons.Count} epsilons",
            images.Count + epsilons.Sum(epsilon => images.Count * (attack(epsilon).Passes(model.Classes) + 1)));
        int[] places = StillRight.Clean(model, images);
        for (int i = 0; i < epsilons.Count; i++)
        {
            places = StillRight.Under(attack(epsilons[i]), model, images, places);
            standing[i] = places.Length;
        }

        string name = attack(epsilons[^1]).Name.Replace(FormattableString.Invariant($" eps {epsilons[^1]:G3}"), "", StringComparison.Ordinal);
        return new EpsilonSweep(images.Name, name, images.Count, [.. epsilons], standing);
    }

    /// <summary>Throws when there is no epsilon, or one not larger than the one before.</summary>
    internal static void CheckRising(IReadOnlyList<float> epsilons)
    {
        if (epsilons.Count == 0 || epsilons.Zip(epsilons.Skip(1)).Any(pair => !(pair.First < pair.Second)))
            throw new ArgumentException("At least one epsilon is wanted, each larger than the one before.", nameof(epsilons));
    }

    /// <summary>This curve beside others over the same epsilons.</summary>
    /// <param name="name">This curve's name.</param>
    /// <param name="others">The others with their names.</param>
    /// <returns>The chart; bands are 95% intervals.</returns>
    public LineChart Beside(string name, params IReadOnlyList<(string Name, EpsilonSweep Sweep)> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        var chart = new LineChart($"Accuracy on {Images}, {Count.ToString("N0", CultureInfo.InvariantCulture)} images, band: 95% interval",
            "epsilon, in pixel units of [0, 1]", "accuracy")
        {
            Percent = true,
            YRange = (0, 1),
        };
        foreach ((string line, EpsilonSweep sweep) in (IEnumerable<(string, EpsilonSweep)>)[(name, this), .. others])
            chart = chart.Add(line, sweep.Epsilons.Select(e => (double)e), sweep.Accuracy, sweep.Intervals.Select(i => i.Low),
                sweep.Intervals.Select(i => i.High), sweep.Count);
        return chart;
    }

    /// <inheritdoc/>
    public string ToSvg() => Beside(Attack).ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => Beside(Attack).ToHtml();

    /// <summary>The numbers as plain text.</summary>
    /// <returns>A table of the points.</returns>
    public override string ToString() => Beside(Attack).ToString();
}
