namespace AdvLib;

public sealed partial record ImageGrid
{
    /// <summary>The first images of a set with their labels.</summary>
    /// <param name="images">The set.</param>
    /// <param name="count">How many, from 1 to all.</param>
    /// <param name="columns">Pictures in a row, at least 1.</param>
    /// <param name="title">What they are; the set's name and size when left out.</param>
    /// <returns>The grid.</returns>
    /// <exception cref="ShapeMismatchException">The images have neither one channel nor three.</exception>
    /// <exception cref="DisplayDataException">The set does not hold so many, or there are no columns.</exception>
    public static ImageGrid Samples(ImageSet images, int count = 20, int columns = 10, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (count < 1 || count > images.Count)
            throw new DisplayDataException($"{Show.Value(count)} samples of {images}.", $"1 to {Show.Value(images.Count)}.", "Ask for as many as the set holds.");
        var grid = new ImageGrid(title ?? $"{images.Name}: {Show.Value(count)} of {Show.Value(images.Count)} images", images.Shape, columns);
        var pixels = new float[images.Shape.Size];
        for (int i = 0; i < count; i++)
        {
            images.CopyImages(i, 1, pixels);
            grid = grid.Add(pixels, $"label {Show.Value(images.Label(i))}");
        }
        return grid;
    }
}
