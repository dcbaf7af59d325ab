namespace AdvLib;

/// <summary>The pictures that stand for an image set in a cell.</summary>
internal static class ImageSetPictures
{
    // Enough to see what a set holds, few enough to keep a notebook small.
    private const int Shown = 10;

    /// <summary>The first images, each with its label.</summary>
    public static ImageGrid Samples(ImageSet set, int count, int columns) =>
        Grid(set, Text($"{set.Name}: {count} of {set.Count:N0} images"), count, columns, set.Shape, pixels => pixels);

    /// <summary>One row. What has neither one channel nor three has no colours: its first channel is shown.</summary>
    public static ImageGrid Overview(ImageSet set)
    {
        Shape shape = set.Shape;
        bool colours = shape.Channels is 1 or 3;
        string title = Text($"{set.Name}: {set.Count:N0} images {shape}, {set.Classes} classes{(colours ? "" : "; the first channel")}");
        return Grid(set, title, Math.Min(Shown, set.Count), Shown, colours ? shape : shape with { Channels = 1 },
            pixels => colours ? pixels : [.. pixels.Where((_, i) => i % shape.Channels == 0)]);
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static ImageGrid Grid(ImageSet set, string title, int count, int columns, Shape shape, Func<float[], float[]> show)
    {
        var grid = new ImageGrid(title, shape, columns);
        var pixels = new float[set.Shape.Size];
        for (int i = 0; i < count; i++)
        {
            set.CopyImages(i, 1, pixels);
            grid = grid.Add(show(pixels), $"label {set.Label(i)}");
        }

        return grid;
    }
}
