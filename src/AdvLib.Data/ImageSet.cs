using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AdvLib;

/// <summary>
/// Labelled images of one shape. Pixels are kept as bytes and converted batch by batch, or as floats (adversarial copies).
/// </summary>
/// <remarks>
/// The set keeps the arrays it is given and copies none: whoever passes an array hands it over and must not change it afterwards.
/// Once made, a set never changes, so any number of threads may read it.
/// </remarks>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["image/svg+xml", "text/plain"])]
public sealed class ImageSet : IPicture
{
    // Pictures that a cell shows of a set: enough to see what it holds, few enough to keep a notebook small.
    private const int Shown = 10;

    private readonly byte[]? _bytes;
    private readonly float[]? _floats;
    private readonly byte[] _labels;

    /// <summary>Creates a set whose pixels are bytes; pixel b is read as b / 255.</summary>
    /// <param name="name">Name for tables, for example <c>MNIST train</c>.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="pixels">All images, n x <paramref name="shape"/>; the set keeps this array.</param>
    /// <param name="labels">n labels in 0 ... classes - 1; the set keeps this array.</param>
    /// <exception cref="ShapeMismatchException">A side of the shape is not positive, or pixels and labels disagree in number.</exception>
    /// <exception cref="ImageSetException">There is no image, fewer than 2 classes, or a label outside the classes.</exception>
    public ImageSet(string name, Shape shape, int classes, byte[] pixels, byte[] labels)
        : this(name, shape, classes, labels, labels?.Length ?? 0)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        _bytes = pixels;
        CheckPixels(pixels.Length);
        CheckLabels();
    }

    /// <summary>Creates a set whose pixels are floats, normally in [0, 1]; an unclipped attack may leave that range.</summary>
    /// <param name="name">Name for tables, for example <c>MNIST test, FGSM 0.1</c>.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="pixels">All images, n x <paramref name="shape"/>; the set keeps this array.</param>
    /// <param name="labels">n labels in 0 ... classes - 1; the set keeps this array.</param>
    /// <exception cref="ShapeMismatchException">A side of the shape is not positive, or pixels and labels disagree in number.</exception>
    /// <exception cref="ImageSetException">There is no image, fewer than 2 classes, or a label outside the classes.</exception>
    public ImageSet(string name, Shape shape, int classes, float[] pixels, byte[] labels)
        : this(name, shape, classes, labels, labels?.Length ?? 0)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        _floats = pixels;
        CheckPixels(pixels.Length);
        CheckLabels();
    }

    private ImageSet(string name, Shape shape, int classes, byte[]? labels, int count)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(labels);
        (Name, Shape, Classes, Count, _labels) = (name, shape, classes, count, labels);
    }

    // A view of the first images of another set, or its labels with other pixels: both parts are already checked.
    private ImageSet(ImageSet source, string name, int count, byte[]? bytes, float[]? floats)
        : this(name, source.Shape, source.Classes, source._labels, count)
    {
        (_bytes, _floats) = (bytes, floats);
    }

    /// <summary>Name for tables.</summary>
    public string Name { get; }

    /// <summary>Shape of one image.</summary>
    public Shape Shape { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of images, at least 1.</summary>
    public int Count { get; }

    /// <summary>SHA-256 over shape, labels and pixels, in hexadecimal digits: tells whether two sets are the same.</summary>
    public string Fingerprint => field ??= ComputeFingerprint();

    /// <summary>The label of every image, in 0 ... <see cref="Classes"/> - 1.</summary>
    public ReadOnlySpan<byte> Labels => _labels.AsSpan(0, Count);

    /// <summary>The label of one image.</summary>
    /// <param name="index">Number of the image, from 0.</param>
    /// <returns>The class, in 0 ... <see cref="Classes"/> - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public int Label(int index)
    {
        CheckRange(index, 1);
        return _labels[index];
    }

    /// <summary>Copies consecutive images as floats. Allocates nothing.</summary>
    /// <param name="start">Number of the first image.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="destination">Receives count x <see cref="Shape"/> values; what is left of a longer span is not touched.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set does not hold these images.</exception>
    /// <exception cref="ShapeMismatchException">The destination is too short.</exception>
    public void CopyImages(int start, int count, Span<float> destination)
    {
        CheckRange(start, count);
        CheckDestination(destination.Length, count, Shape.Size);
        CopyPixels(start * Shape.Size, destination[..(count * Shape.Size)]);
    }

    /// <summary>Copies images in any order as floats. Allocates nothing.</summary>
    /// <param name="indices">Numbers of the images; one may occur more than once.</param>
    /// <param name="destination">Receives indices x <see cref="Shape"/> values; what is left of a longer span is not touched.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set does not hold one of these images.</exception>
    /// <exception cref="ShapeMismatchException">The destination is too short.</exception>
    public void CopyImages(ReadOnlySpan<int> indices, Span<float> destination)
    {
        int size = Shape.Size;
        CheckDestination(destination.Length, indices.Length, size);
        for (int i = 0; i < indices.Length; i++)
        {
            CheckRange(indices[i], 1);
            CopyPixels(indices[i] * size, destination.Slice(i * size, size));
        }
    }

    /// <summary>Copies the labels of consecutive images. Allocates nothing.</summary>
    /// <param name="start">Number of the first image.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="destination">Receives count labels; what is left of a longer span is not touched.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set does not hold these images.</exception>
    /// <exception cref="ShapeMismatchException">The destination is too short.</exception>
    public void CopyLabels(int start, int count, Span<int> destination)
    {
        CheckRange(start, count);
        CheckDestination(destination.Length, count, 1);
        for (int i = 0; i < count; i++)
            destination[i] = _labels[start + i];
    }

    /// <summary>Copies the labels of images in any order. Allocates nothing.</summary>
    /// <param name="indices">Numbers of the images; one may occur more than once.</param>
    /// <param name="destination">Receives one label an index; what is left of a longer span is not touched.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set does not hold one of these images.</exception>
    /// <exception cref="ShapeMismatchException">The destination is too short.</exception>
    public void CopyLabels(ReadOnlySpan<int> indices, Span<int> destination)
    {
        CheckDestination(destination.Length, indices.Length, 1);
        for (int i = 0; i < indices.Length; i++)
            destination[i] = Label(indices[i]);
    }

    /// <summary>The first images of this set, under the same name. Shares the arrays.</summary>
    /// <param name="count">Number of images, at least 1.</param>
    /// <returns>A set of <paramref name="count"/> images; this set itself when that is all of them.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    /// <exception cref="ImageSetException">The set holds fewer images.</exception>
    public ImageSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count > Count)
        {
            throw new ImageSetException(
                $"{count} images were asked of '{Name}'.", $"at most {Count}, which is all it holds.", "Ask for fewer images, or for 0 to have all.");
        }

        return count == Count ? this : new ImageSet(this, Name, count, _bytes, _floats);
    }

    /// <summary>The images after the first ones, under the same name: what is left to validate on when <see cref="Take"/> gives what to train on. A copy.</summary>
    /// <param name="count">Number of images to leave out, at least 0.</param>
    /// <returns>A set of the others; this set itself when none is left out.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="ImageSetException">No image would be left.</exception>
    public ImageSet Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= Count)
            throw new ImageSetException($"{count} images were to be left out of '{Name}'.", $"at most {Count - 1} of its {Count}.", "Leave out fewer images.");
        if (count == 0)
            return this;
        byte[] labels = Labels[count..].ToArray();
        return _bytes is not null
            ? new ImageSet(Name, Shape, Classes, _bytes[(count * Shape.Size)..(Count * Shape.Size)], labels)
            : new ImageSet(Name, Shape, Classes, _floats![(count * Shape.Size)..(Count * Shape.Size)], labels);
    }

    /// <summary>The same labels with other pixels, as an attack makes them. Shares the labels.</summary>
    /// <param name="name">Name of the new set.</param>
    /// <param name="pixels">As many pixels as this set has; the new set keeps this array.</param>
    /// <returns>The new set.</returns>
    /// <exception cref="ShapeMismatchException">The number of pixels differs.</exception>
    public ImageSet WithPixels(string name, float[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        CheckPixels(pixels.Length);
        return new ImageSet(this, name, Count, null, pixels);
    }

    /// <summary>The first images as pictures, each with its label.</summary>
    /// <param name="count">How many, 1 to the number of images.</param>
    /// <param name="columns">Pictures in a row, at least 1.</param>
    /// <returns>The pictures.</returns>
    /// <exception cref="ImageSetException">The set holds fewer images.</exception>
    public ImageGrid Samples(int count = 20, int columns = 10)
    {
        if (count < 1 || count > Count)
            throw new ImageSetException($"{count} samples of {this}.", $"1 to {Count}.", "Ask for as many as the set holds.");
        return Pictures(string.Create(CultureInfo.InvariantCulture, $"{Name}: {count} of {Count:N0} images"), count, columns, Shape, static pixels => pixels);
    }

    /// <inheritdoc/>
    public string ToSvg() => Picture().ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => Picture().ToHtml();

    /// <summary>Name, number, shape and classes.</summary>
    /// <returns>For example <c>MNIST train: 60000 images 28x28x1, 10 classes</c>.</returns>
    public override string ToString() => $"{Name}: {Count} images {Shape}, {Classes} classes";

    // What has neither one channel nor three has no colours: its first channel is shown.
    private ImageGrid Picture()
    {
        bool shown = Shape.Channels is 1 or 3;
        string title = string.Create(CultureInfo.InvariantCulture, $"{Name}: {Count:N0} images {Shape}, {Classes} classes{(shown ? "" : "; the first channel")}");
        return Pictures(title, Math.Min(Shown, Count), Shown, shown ? Shape : Shape with { Channels = 1 },
            pixels => shown ? pixels : [.. pixels.Where((_, i) => i % Shape.Channels == 0)]);
    }

    private ImageGrid Pictures(string title, int count, int columns, Shape shape, Func<float[], float[]> show)
    {
        var grid = new ImageGrid(title, shape, columns);
        var pixels = new float[Shape.Size];
        for (int i = 0; i < count; i++)
        {
            CopyImages(i, 1, pixels);
            grid = grid.Add(show(pixels), $"label {Label(i)}");
        }

        return grid;
    }

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes([Count, Shape.Height, Shape.Width, Shape.Channels, Classes]));
        hash.AppendData(Labels);
        int pixels = Count * Shape.Size;
        hash.AppendData(_bytes is null ? MemoryMarshal.AsBytes(_floats.AsSpan(0, pixels)) : _bytes.AsSpan(0, pixels));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void CopyPixels(int offset, Span<float> destination)
    {
        if (_floats is not null)
        {
            _floats.AsSpan(offset, destination.Length).CopyTo(destination);
            return;
        }

        // A quotient, not a product with 1 / 255: that would differ in the last bit.
        ReadOnlySpan<byte> source = _bytes.AsSpan(offset, destination.Length);
        int i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out Vector<ushort> low, out Vector<ushort> high);
            CopyVectors(low, destination[i..]);
            CopyVectors(high, destination[(i + Vector<ushort>.Count)..]);
        }

        for (; i < source.Length; i++)
            destination[i] = source[i] / 255f;
    }

    private static void CopyVectors(Vector<ushort> pixels, Span<float> destination)
    {
        Vector.Widen(pixels, out Vector<uint> low, out Vector<uint> high);
        (Vector.ConvertToSingle(low.As<uint, int>()) / 255f).CopyTo(destination);
        (Vector.ConvertToSingle(high.As<uint, int>()) / 255f).CopyTo(destination[Vector<float>.Count..]);
    }

    private void CheckPixels(int pixels)
    {
        if (Shape.Height < 1 || Shape.Width < 1 || Shape.Channels < 1)
            throw new ShapeMismatchException($"'{Name}' has images of shape {Shape}.", "at least 1 in every direction.", "Pass the shape as height, width, channels.");
        if (Count == 0)
            throw new ImageSetException($"'{Name}' has no image.", "at least one.", "Check what the set was made from.");

        // 128 bits, because three sides and a count may overflow 64.
        Int128 expected = (Int128)Shape.Height * Shape.Width * Shape.Channels * Count;
        if (pixels != expected)
        {
            throw new ShapeMismatchException(
                $"'{Name}' has {pixels} pixels for {Count} labels.", $"{Count} images {Shape}, which is {expected} pixels.", "Pass one label for every image, and all pixels of every image.");
        }
    }

    private void CheckLabels()
    {
        if (Classes < 2)
            throw new ImageSetException($"'{Name}' has {Classes} classes.", "at least 2.", "Pass the number of different labels.");
        int wrong = Labels.IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(Classes - 1, byte.MaxValue));
        if (wrong >= 0)
        {
            throw new ImageSetException(
                $"'{Name}' has label {_labels[wrong]} at image {wrong}.", $"labels from 0 to {Classes - 1}.", "Correct the label, or pass the true number of classes.");
        }
    }

    private void CheckRange(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"Images {start} to {(long)start + count - 1} were asked of '{Name}', which holds 0 to {Count - 1}.");
    }

    private void CheckDestination(int length, int count, int size)
    {
        if (length < (long)count * size)
        {
            throw new ShapeMismatchException(
                $"The destination holds {length} values.", $"at least {(long)count * size}, for {count} images of '{Name}'.", "Pass a span that is long enough.");
        }
    }
}
