using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// The images that an attack has not fooled yet, and what was found for each so far. An iterated attack fills a row for each standing
/// image, asks the model about all rows at once, and offers it what it found; images that are fooled leave.
/// </summary>
internal sealed class StandingImages
{
    private readonly IClassifier _model;
    private readonly float[] _best;
    private readonly float[] _margins;
    private readonly bool[] _fooled;
    private readonly float[] _clean;
    private readonly float[] _rows;
    private readonly float[] _gradients;
    private readonly float[] _logits;
    private readonly int[] _rowLabels;
    private readonly float[] _values;
    private readonly float[] _ignored;
    private int[] _standing;

    private StandingImages(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        _model = model;
        Total = labels.Length;
        Size = model.InputShape.Size;
        Images = images.ToArray();
        Labels = labels.ToArray();
        _best = images.ToArray();
        _margins = new float[Total];
        _fooled = new bool[Total];
        _rows = images.ToArray();
        _gradients = new float[images.Length];
        _logits = new float[Total * model.Classes];
        _rowLabels = new int[Total];
        _values = new float[Total];
        _ignored = new float[model.Classes];
        _standing = [.. Enumerable.Range(0, Total)];
        Array.Fill(_margins, float.NegativeInfinity);
        Ask();
        _clean = [.. _logits];
        OfferAll();
    }

    /// <summary>Number of images, standing or not: arrays of an attack are this long.</summary>
    public int Total { get; }

    /// <summary>Pixels of an image.</summary>
    public int Size { get; }

    /// <summary>Shape of an image.</summary>
    public Shape Shape => _model.InputShape;

    /// <summary>Number of classes.</summary>
    public int Classes => _model.Classes;

    /// <summary>The clean images.</summary>
    public float[] Images { get; }

    /// <summary>The true classes.</summary>
    public int[] Labels { get; }

    /// <summary>The images still standing, in order; row k belongs to image <c>Standing[k]</c>.</summary>
    public ReadOnlySpan<int> Standing => _standing;

    /// <summary>Runs an attack round by round, as long as an image stands. The adversaries are each image's worst case, by its margin.</summary>
    public static void Attack(
        IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries, int rounds, Action<StandingImages, int> round)
    {
        AttackGuard.Call(model, images, labels, adversaries);
        var standing = new StandingImages(model, images, labels);
        for (int i = 0; i < rounds && standing._standing.Length > 0; i++)
            round(standing, i);
        standing._best.CopyTo(adversaries);
    }

    /// <summary>The row that belongs to the k-th standing image.</summary>
    public Span<float> Row(int k) => _rows.AsSpan(k * Size, Size);

    /// <summary>The gradient of the k-th row, after <see cref="Differentiate"/>.</summary>
    public ReadOnlySpan<float> Gradient(int k) => _gradients.AsSpan(k * Size, Size);

    /// <summary>The loss of the k-th row, after <see cref="Differentiate"/>.</summary>
    public float Value(int k) => _values[k];

    /// <summary>The k-th row's best other logit above its label's, after the model was asked.</summary>
    public float Margin(int k) => Loss.CwMargin.Evaluate(Logits(k), Labels[_standing[k]], _ignored);

    /// <summary>Whether the model misclassifies the k-th row, after it was asked.</summary>
    public bool Fools(int k) => Logits(k).IndexOfMax() != Labels[_standing[k]];

    /// <summary>The class at a place of the falling order of each image's clean logits, whose place 0 has the label of an image that stands.</summary>
    public int[] CleanRank(int place)
    {
        var classes = new int[Total];
        Span<int> top = new int[place + 1];
        for (int i = 0; i < Total; i++)
        {
            LogitsRanking.Top(_clean.AsSpan(i * Classes, Classes), top);
            classes[i] = top[place];
        }

        return classes;
    }

    /// <summary>Does something for every place k of <see cref="Standing"/>, on all threads; it must touch nothing but that image's own.</summary>
    public void Each(Action<int> job) => ThreadTeam.Shared.Run(_standing.Length, (from, to) =>
    {
        for (int k = from; k < to; k++)
            job(k);
    });

    /// <summary>The model's logits of all rows.</summary>
    public void Ask() => _model.Logits(_rows.AsSpan(0, _standing.Length * Size), _logits.AsSpan(0, _standing.Length * Classes));

    /// <summary>Losses, gradients and logits of all rows.</summary>
    /// <param name="loss">A loss for all images, standing or not.</param>
    public void Differentiate(Loss loss)
    {
        int count = _standing.Length;
        Loss mine = loss.Select(_standing);
        for (int k = 0; k < count; k++)
            _rowLabels[k] = Labels[_standing[k]];
        _model.InputGradient(_rows.AsSpan(0, count * Size), _rowLabels.AsSpan(0, count), mine, _gradients.AsSpan(0, count * Size), _logits.AsSpan(0, count * Classes));
        for (int k = 0; k < count; k++)
            _values[k] = mine.EvaluateAt(k, Logits(k), _rowLabels[k], _ignored);
    }

    /// <summary>Notes the k-th row, about which the model was asked, if it is the image's worst case so far. It must be an allowed adversary.</summary>
    public void Offer(int k)
    {
        int image = _standing[k];
        float margin = Margin(k);
        _fooled[image] = Fools(k);
        if (!_fooled[image] && !(margin > _margins[image]))
            return;
        _margins[image] = margin;
        Row(k).CopyTo(_best.AsSpan(image * Size, Size));
    }

    /// <summary>Lets those leave that are fooled. Rows change their places.</summary>
    public void Leave()
    {
        if (_standing.Any(image => _fooled[image]))
            _standing = [.. _standing.Where(image => !_fooled[image])];
    }

    /// <summary>Offers all rows, and lets those leave that are fooled.</summary>
    public void OfferAll()
    {
        for (int k = 0; k < _standing.Length; k++)
            Offer(k);
        Leave();
    }

    private ReadOnlySpan<float> Logits(int k) => _logits.AsSpan(k * Classes, Classes);
}
