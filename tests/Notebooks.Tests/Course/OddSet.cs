using AdvLib;

namespace AdvNotebooks.Tests.Course;

/// <summary>A small data set that is unlike MNIST, as IDX files.</summary>
/// <param name="Classes">The largest label, and one more.</param>
/// <param name="Shape">Of each picture.</param>
/// <param name="Absent">A class that never occurs; -1 for none.</param>
internal sealed record OddSet(int Classes, Shape Shape, int Absent = -1)
{
    private const int Noise = 20;

    /// <summary>Writes the four files: each class is a brightness of its own in each quarter of the picture, and noise.</summary>
    public void Write(string folder, int train, int test)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(7);
        Write(folder, "train", train, random);
        Write(folder, "t10k", test, random);
    }

    private void Write(string folder, string part, int count, Random random)
    {
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % Classes)).Select(label => label == Absent ? (byte)0 : label)];
        var pixels = new byte[count * Shape.Size];
        for (int i = 0; i < pixels.Length; i++)
        {
            int label = labels[i / Shape.Size];
            (int y, int x) = (i / Shape.Channels / Shape.Width % Shape.Height, i / Shape.Channels % Shape.Width);
            int quarter = (2 * y / Shape.Height * 2) + (2 * x / Shape.Width) + (i % Shape.Channels);
            int brightness = label * (quarter + 1) % Classes * 255 / Math.Max(1, Classes - 1);
            pixels[i] = (byte)Math.Clamp(brightness + random.Next(-Noise, Noise + 1), 0, 255);
        }

        var images = new ImageSet(part, Shape, Classes, pixels, labels);
        IdxFile.WriteImages(Path.Combine(folder, $"{part}-images-idx3-ubyte"), images);
        IdxFile.WriteLabels(Path.Combine(folder, $"{part}-labels-idx1-ubyte"), images);
    }
}
