
namespace AdvLib;

/// <summary>Moves images by whole pixels. What comes in at an edge is 0, the background; what goes out is lost.</summary>
internal static class PixelShift
{
    /// <summary>A number of pixels to move images by.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or as large as the images.</exception>
    public static int Check(int value, Shape shape, string name)
    {
        int most = Math.Min(shape.Width, shape.Height) - 1;
        return value >= 0 && value <= most ? value : throw new ArgumentOutOfRangeException(
            name, value, $"A number of pixels, at least 0 and smaller than the images' {shape}, for example {Math.Min(2, most)}.");
    }

    /// <summary>Draws how far each image moves, right and down, each way and number of pixels up to the largest equally likely.</summary>
    public static void Draw(Rng rng, int largest, Span<(int Right, int Down)> shifts)
    {
        foreach (ref (int Right, int Down) shift in shifts)
            shift = (rng.NextInt32(2 * largest + 1) - largest, rng.NextInt32(2 * largest + 1) - largest);
    }

    /// <summary>Moves an image in place; fewer pixels than it is wide and high.</summary>
    public static void Move(Span<float> image, Shape shape, int right, int down)
    {
        int row = shape.Width * shape.Channels;
        int columns = right * shape.Channels;
        int offset = down * row + columns;
        if (offset > 0)
        {
            image[..^offset].CopyTo(image[offset..]);
            image[..offset].Clear();
        }
        else if (offset < 0)
        {
            image[-offset..].CopyTo(image);
            image[^-offset..].Clear();
        }

        // What a row lost has come in at the next one's other end.
        for (int at = 0; columns != 0 && at < image.Length; at += row)
            (columns > 0 ? image.Slice(at, columns) : image.Slice(at + row + columns, -columns)).Clear();
    }
}
