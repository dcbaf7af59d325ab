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
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed class ImageSet : IPicture
{
    private readonly PixelStore _pixels;
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
        : this(name, shape, classes, new PixelStore(pixels, null), labels, labels?.Length ?? 0)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        CheckPixels(_pixels);
        CheckLabels();
    }

    /// <summary>
    /// Creates a set whose pixels are floats, normally in [0, 1]; an attack that does not clip may leave that range, and
    /// <see cref="Range"/> says how far they reach.
    /// </summary>
    /// <param name="name">Name for tables, for example <c>MNIST test, FGSM 0.1</c>.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="pixels">All images, n x <paramref name="shape"/>; the set keeps this array.</param>
    /// <param name="labels">n labels in 0 ... classes - 1; the set keeps this array.</param>
    /// <exception cref="ShapeMismatchException">A side of the shape is not positive, or pixels and labels disagree in number.</exception>
    /// <exception cref="ImageSetException">
    /// There is no image, a pixel is NaN or infinite, there are fewer than 2 classes, or a label outside them.
    /// </exception>
    public ImageSet(string name, Shape shape, int classes, float[] pixels, byte[] labels)
        : this(name, shape, classes, new PixelStore(null, pixels), labels, labels?.Length ?? 0)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        Range = CheckPixels(_pixels);
        CheckLabels();
    }

    private ImageSet(string name, Shape shape, int classes, PixelStore pixels, byte[]? labels, int count)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(labels);
        (Name, Shape, Classes, Count, _pixels, _labels) = (name, shape, classes, count, pixels, labels);
    }

    // Some images of another set, or its labels with other pixels: both parts are already checked.
    private ImageSet(ImageSet source, string name, byte[] labels, int count, PixelStore pixels, PixelRange? measured = null)
        : this(name, source.Shape, source.Classes, pixels, labels, count) => Range = measured ?? pixels.Range(count * Shape.Size)!.Value;

    /// <summary>Name for tables.</summary>
    public string Name { get; }

    /// <summary>Shape of one image.</summary>
    public Shape Shape { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of images, at least 1.</summary>
    public int Count { get; }

    /// <summary>The smallest and the largest pixel: [0, 1] where they are bytes, measured where they are floats.</summary>
    public PixelRange Range { get; } = PixelRange.Unit;

    /// <summary>Whether every pixel is one of the 256 levels k / 255, kept as a byte: what a picture file can hold.</summary>
    public bool IsEightBit => _pixels.AreBytes;

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
        _pixels.CopyTo(start * Shape.Size, destination[..(count * Shape.Size)]);
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
            _pixels.CopyTo(indices[i] * size, destination.Slice(i * size, size));
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
                $"{count} images were asked of '{Name}'.", $"at most {Count}, which is all it holds.", $"Ask for {Count} or fewer.");
        }

        return count == Count ? this : new ImageSet(this, Name, _labels, count, _pixels);
    }

    /// <summary>
    /// The images after the first ones, under the same name: what is left to validate on when <see cref="Take"/> gives what to train
    /// on. A copy.
    /// </summary>
    /// <param name="count">Number of images to leave out, at least 0.</param>
    /// <returns>A set of the others; this set itself when none is left out.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <exception cref="ImageSetException">No image would be left.</exception>
    public ImageSet Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count >= Count)
        {
            throw new ImageSetException(
                $"{count} images were to be left out of '{Name}'.", $"at most {Count - 1} of its {Count}.", "Leave out fewer images.");
        }

        return Slice(count, Count - count);
    }

    /// <summary>Consecutive images, under the same name. A copy.</summary>
    /// <param name="start">Number of the first image.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <returns>A set of them; this set itself when that is all of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The set does not hold these images, or <paramref name="count"/> is not positive.
    /// </exception>
    public ImageSet Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        CheckRange(start, count);
        if (count == Count)
            return this;
        int size = Shape.Size;
        return new ImageSet(
            this, Name, Labels.Slice(start, count).ToArray(), count, _pixels.Copy((start * size)..((start + count) * size)));
    }

    /// <summary>The same labels with other pixels, as an attack makes them. Shares the labels.</summary>
    /// <param name="name">Name of the new set.</param>
    /// <param name="pixels">As many pixels as this set has; the new set keeps this array.</param>
    /// <returns>The new set.</returns>
    /// <exception cref="ShapeMismatchException">The number of pixels differs.</exception>
    /// <exception cref="ImageSetException">A pixel is NaN or infinite.</exception>
    public ImageSet WithPixels(string name, float[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var others = new PixelStore(null, pixels);
        PixelRange range = CheckPixels(others);
        return new ImageSet(this, name, _labels, Count, others, range);
    }

    /// <summary>
    /// The same images in the 256 levels that pictures have, values outside [0, 1] clamped: what is left of adversaries once they are
    /// saved as pictures.
    /// </summary>
    /// <param name="towards">
    /// The clean images. With them a change is rounded towards zero, so that no pixel moves farther than it did and every bound on the
    /// perturbation still holds; a clean pixel that is itself no such level becomes the nearest one. Without them each pixel goes to
    /// the nearest level, as picture files of others do, and may move by 1/510 beyond the bound.
    /// </param>
    /// <returns>A set of bytes; this set itself when it is one.</returns>
    /// <exception cref="ShapeMismatchException">The clean images differ in number or shape.</exception>
    public ImageSet Quantize(ImageSet? towards = null)
    {
        if (towards is not null && (towards.Count != Count || towards.Shape != Shape))
        {
            throw new ShapeMismatchException(
                $"Clean images '{towards}' for '{this}'.", "as many, of the same shape.", "Pass the images that were attacked.");
        }

        if (IsEightBit)
            return this;
        var rounded = new PixelStore(EightBits.Round(this, towards), null);
        return new ImageSet(this, $"{Name}, 8 bits", _labels, Count, rounded, PixelRange.Unit);
    }

    /// <summary>
    /// Refuses pixels that do not fit the bounds they are to be changed within, and says what the likely cause is: pixels that were
    /// never divided by 255, or that were normalised; an epsilon of 8 where 8/255 is meant.
    /// </summary>
    /// <param name="clip">Where changed pixels must lie; null for anywhere, which suits pixels in [0, 1] and adversaries near it.</param>
    /// <param name="change">Largest change of a single pixel, as L-infinity bounds it; 0 where nothing bounds single pixels.</param>
    /// <exception cref="ImageSetException">The images reach beyond the bounds, or the bounds are those of another scale.</exception>
    public void RequireScale(PixelRange? clip, float change = 0) => PixelScale.Require(this, clip, change);

    /// <summary>The first images as pictures, each with its label.</summary>
    /// <param name="count">How many, 1 to the number of images.</param>
    /// <param name="columns">Pictures in a row, at least 1.</param>
    /// <returns>The pictures.</returns>
    /// <exception cref="ImageSetException">The set holds fewer images.</exception>
    public ImageGrid Samples(int count = 20, int columns = 10)
    {
        if (count < 1 || count > Count)
            throw new ImageSetException($"{count} samples of {this}.", $"1 to {Count}.", "Ask for as many as the set holds.");
        return ImageSetPictures.Samples(this, count, columns);
    }

    /// <inheritdoc/>
    public string ToSvg() => ImageSetPictures.Overview(this).ToSvg();

    /// <inheritdoc/>
    public string ToHtml() => ImageSetPictures.Overview(this).ToHtml();

    /// <summary>Name, number, shape and classes.</summary>
    /// <returns>For example <c>MNIST train: 60000 images 28x28x1, 10 classes</c>.</returns>
    public override string ToString() => $"{Name}: {Count} images {Shape}, {Classes} classes";

    /// <summary>The pixels as bytes, where they are.</summary>
    internal ReadOnlySpan<byte> Bytes => _pixels.Bytes(Count * Shape.Size);

    private string ComputeFingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes([Count, Shape.Height, Shape.Width, Shape.Channels, Classes]));
        hash.AppendData(Labels);
        hash.AppendData(_pixels.Memory(Count * Shape.Size));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // The range of the pixels, once they are known to be what they should.
    private PixelRange CheckPixels(PixelStore pixels)
    {
        if (Shape.Height < 1 || Shape.Width < 1 || Shape.Channels < 1)
        {
            throw new ShapeMismatchException(
                $"'{Name}' has images of shape {Shape}.", "at least 1 in every direction.", "Pass the shape as height, width, channels.");
        }

        if (Count == 0)
            throw new ImageSetException($"'{Name}' has no image.", "at least one.", "Check what the image set was made from.");

        // 128 bits, because three sides and a count may overflow 64.
        Int128 expected = (Int128)Shape.Height * Shape.Width * Shape.Channels * Count;
        if (pixels.Length != expected)
        {
            throw new ShapeMismatchException(
                $"'{Name}' has {pixels.Length} pixels for {Count} labels.", $"{Count} images {Shape}, which is {expected} pixels.",
                "Pass one label for every image, and all pixels of every image.");
        }

        if (pixels.Range(pixels.Length) is { } range)
            return range;
        (float value, int at) = pixels.FirstFault();
        string place = FiniteValues.Describe(value, at, [Count, Shape.Height, Shape.Width, Shape.Channels]);
        throw new ImageSetException(
            $"'{Name}' has {place} (image, row, column, channel).", "finite pixels.",
            "Look for a division by zero or an overflow where they were computed.");
    }

    private void CheckLabels()
    {
        if (Classes < 2)
            throw new ImageSetException($"'{Name}' has {Classes} classes.", "at least 2.", "Pass the largest label + 1, and at least 2.");
        int wrong = Labels.IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(Classes - 1, byte.MaxValue));
        if (wrong >= 0)
        {
            throw new ImageSetException(
                $"'{Name}' has label {_labels[wrong]} at image {wrong}.", $"labels from 0 to {Classes - 1}.",
                "Correct the label, or pass the true number of classes.");
        }
    }

    private void CheckRange(int start, int count)
    {
        if (start < 0 || count < 0 || start > Count - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), $"Images {start} to {(long)start + count - 1} were asked of '{Name}', which holds 0 to {Count - 1}.");
        }
    }

    private void CheckDestination(int length, int count, int size)
    {
        if (length < (long)count * size)
        {
            throw new ShapeMismatchException(
                $"The destination holds {length} values.", $"at least {(long)count * size}, for {count} images of '{Name}'.",
                "Pass a span that is long enough.");
        }
    }
}
