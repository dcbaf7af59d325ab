namespace AdvLib.Layers;

/// <summary>A map of values for each image of a batch, in which an image's own pixels begin some rows down and some columns in.</summary>
/// <param name="start">The first image's map.</param>
/// <param name="shape">Shape of a map.</param>
/// <param name="top">Rows above the pixels.</param>
/// <param name="left">Columns before them.</param>
internal readonly unsafe struct PixelMap(float* start, Shape shape, int top, int left)
{
    /// <summary>An image's map.</summary>
    public Span<float> this[int image] => new(start + (nint)image * shape.Size, shape.Size);

    /// <summary>Puts values in the place of a window of an image's pixels.</summary>
    /// <param name="image">The image.</param>
    /// <param name="window">The window; what of it lies outside of the map is left out.</param>
    /// <param name="values">The values, row after row.</param>
    /// <param name="before">Receives what was there, in as many places; null where nobody asks.</param>
    public void Replace(int image, PixelWindow window, float* values, float* before)
    {
        int rows = Math.Min(window.Height, shape.Height - top - window.Top);
        int width = Math.Min(window.Width, shape.Width - left - window.Left) * shape.Channels;
        if (width <= 0)
            return;
        for (int y = 0; y < rows; y++)
        {
            int at = y * window.Width * shape.Channels;
            int row = ((window.Top + top + y) * shape.Width + window.Left + left) * shape.Channels;
            Span<float> place = this[image].Slice(row, width);
            if (before is not null)
                place.CopyTo(new Span<float>(before + at, width));
            new Span<float>(values + at, width).CopyTo(place);
        }
    }
}
