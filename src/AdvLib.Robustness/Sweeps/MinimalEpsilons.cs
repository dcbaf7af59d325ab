using System.Globalization;

namespace AdvLib;

/// <summary>
/// The smallest epsilon at which an attack fools each image, by bisection: an upper bound on the image's distance to the boundary, as good
/// as the attack.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class MinimalEpsilons : IPicture
{
    private readonly string _attack;
    private readonly string _images;
    private readonly float _largest;

    private MinimalEpsilons(string attack, string images, float largest, double[] values)
    {
        (_attack, _images, _largest, Values) = (attack, images, largest, values);
        double[] sorted = [.. values.Order()];
        Median = sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>
    /// For each image the smallest epsilon found: 0 where it is misclassified without any attack,
    /// infinity where the largest epsilon did not fool it.
    /// </summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Half of the images fall at this epsilon or below; infinity when fewer than half fall at all.</summary>
    public double Median { get; }

    /// <summary>Looks for each image's smallest epsilon.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">Clean images with their true labels.</param>
    /// <param name="attack">Makes the attack of a strength, for example <c>epsilon =&gt; new Pgd(epsilon)</c>.</param>
    /// <param name="largest">The strength to begin with, above 0.</param>
    /// <param name="halvings">How often the interval is halved, 1 to 16: what is found is exact to <c>largest / 2^halvings</c>.</param>
    /// <returns>One epsilon an image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    public static MinimalEpsilons Of(IDifferentiableClassifier model, ImageSet images,
        Func<float, IAttack<IDifferentiableClassifier>> attack, float largest = 1, int halvings = 7)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(attack);
        if (!(largest > 0 && float.IsFinite(largest)))
            throw new ArgumentOutOfRangeException(nameof(largest), largest, "The largest epsilon must be finite and above 0.");
        ArgumentOutOfRangeException.ThrowIfLessThan(halvings, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(halvings, 16);

        // Positions on a grid of 2^halvings cells: the attack fools the image at high, and not at low.
        int cells = 1 << halvings;
        var high = new int[images.Count];
        using Work work = Work.Begin(
            "smallest epsilons", images.Count + ((1 + halvings) * images.Count * (attack(largest).Passes(model.Classes) + 1)));
        int[] right = StillRight.Clean(model, images);
        int[] untouched = StillRight.Under(attack(largest), model, images, right);
        foreach (int image in right)
            high[image] = cells;
        int[] falling = [.. right.Except(untouched)];
        var low = new int[images.Count];
        for (int halving = 0; halving < halvings; halving++)
        {
            // Images that try the same epsilon are attacked together.
            foreach (IGrouping<int, int> group in falling.GroupBy(image => (low[image] + high[image]) / 2))
            {
                int[] tried = [.. group];
                HashSet<int> standing = [.. StillRight.Under(attack((float)((double)largest * group.Key / cells)), model, images, tried)];
                foreach (int image in tried)
                    (standing.Contains(image) ? low : high)[image] = group.Key;
            }
        }

        var values = new double[images.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (double)largest * high[i] / cells;
        foreach (int image in untouched)
            values[image] = double.PositiveInfinity;
        return new MinimalEpsilons(attack(largest).Name, images.Name, largest, values);
    }

    /// <summary>How many images stand at each epsilon.</summary>
    /// <returns>The curve.</returns>
    public LineChart Chart()
    {
        double[] epsilons = [.. Enumerable.Range(0, 51).Select(i => _largest * i / 50.0)];
        string title = $"Images of {_images} whose smallest epsilon is larger, {_attack.Split(" eps")[0]}";
        string share = $"share of {Values.Count.ToString("N0", CultureInfo.InvariantCulture)} images";
        return new LineChart(title, "epsilon, in pixel units of [0, 1]", share) { Percent = true, YRange = (0, 1) }
            .Add(double.IsFinite(Median) ? $"median {Show.Value(Median)}" : "more than half withstand all", epsilons,
                epsilons.Select(epsilon => Values.Count(value => value > epsilon) / (double)Values.Count), images: Values.Count);
    }

    /// <inheritdoc/>
    public string ToSvg() => Chart().ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => Chart().ToHtml();

    /// <summary>The curve as plain text.</summary>
    /// <returns>A table of its points.</returns>
    public override string ToString() => Chart().ToString();
}
