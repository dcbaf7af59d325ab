namespace AdvLib;

/// <summary>
/// The worst adversary found so far for each image of a batch, and the images that still stand: those for which none has reached the
/// attack's goal. An attack that ends early for an image works on rows of standing images only.
/// </summary>
public sealed class WorstFound
{
    private readonly int _count;
    private readonly int _size;
    private readonly float[] _worth;
    private readonly bool[] _fallen;
    private int[] _standing;

    /// <summary>Begins with the clean images, all of which stand.</summary>
    /// <param name="images">n images.</param>
    /// <param name="count">Their number n.</param>
    /// <exception cref="ShapeMismatchException">The pixels are not those of so many images.</exception>
    public WorstFound(ReadOnlySpan<float> images, int count)
    {
        if (count < 0 || (count == 0 ? images.Length > 0 : images.Length % count != 0))
            throw new ShapeMismatchException($"{images.Length} pixels of {count} images.", "as many for each image.", "Pass whole images.");
        _count = count;
        _size = images.Length / Math.Max(1, count);
        _worth = new float[count];
        _fallen = new bool[count];
        _standing = [.. Enumerable.Range(0, count)];
        Adversaries = images.ToArray();
        Array.Fill(_worth, float.NegativeInfinity);
    }

    /// <summary>The worst adversary of each image; the clean image where none was offered.</summary>
    public float[] Adversaries { get; }

    /// <summary>The images that stand, in order: row k belongs to image <c>Standing[k]</c>.</summary>
    public ReadOnlySpan<int> Standing => _standing;

    /// <summary>What belongs to the standing images, row by row.</summary>
    /// <typeparam name="T">Pixels, labels or anything else an image has.</typeparam>
    /// <param name="all">As many values for each of the n images.</param>
    /// <returns>A copy of the standing images' values.</returns>
    public T[] Rows<T>(ReadOnlySpan<T> all)
    {
        int width = all.Length / Math.Max(1, _count);
        if (all.Length != width * _count)
            throw new ShapeMismatchException(
                $"{all.Length} values of {_count} images.",
                "as many for each image.", "Pass what all n images have.");
        var rows = new T[_standing.Length * width];
        for (int k = 0; k < _standing.Length; k++)
            all.Slice(_standing[k] * width, width).CopyTo(rows.AsSpan(k * width));
        return rows;
    }

    /// <summary>Notes an adversary of the k-th standing image if it is the worst so far.</summary>
    /// <param name="k">The image's place in <see cref="Standing"/>.</param>
    /// <param name="adversary">An allowed adversary.</param>
    /// <param name="worth">How bad it is, for example its margin; NaN is never taken.</param>
    /// <param name="falls">Whether it reaches the goal: then it is taken, and the image leaves at the next <see cref="Leave"/>.</param>
    public void Offer(int k, ReadOnlySpan<float> adversary, float worth, bool falls)
    {
        int image = _standing[k];
        _fallen[image] = falls;
        if (!falls && !(worth > _worth[image]))
            return;
        _worth[image] = worth;
        adversary.CopyTo(Adversaries.AsSpan(image * _size));
    }

    /// <summary>Throws where a model's answers to the standing images hold NaN or infinity.</summary>
    /// <param name="values">As many values for each standing image.</param>
    /// <param name="what">What they are, for example <c>the logits</c>.</param>
    /// <exception cref="NumericalFaultException">It names the first such image by its place among all n.</exception>
    public void CheckAnswer(ReadOnlySpan<float> values, string what)
    {
        try
        {
            ModelAnswer.Check(values, _standing.Length, what);
        }
        catch (NumericalFaultException fault)
        {
            throw fault.Among(_standing);
        }
    }

    /// <summary>Lets those leave that have fallen. Rows change their places.</summary>
    public void Leave()
    {
        if (Array.Exists(_standing, image => _fallen[image]))
            _standing = Array.FindAll(_standing, image => !_fallen[image]);
    }
}
