namespace AdvLib;

/// <summary>A rectangle of an image's pixels, with all their channels.</summary>
/// <param name="Top">The first row.</param>
/// <param name="Left">The first column.</param>
/// <param name="Height">Number of rows; 0 for nothing.</param>
/// <param name="Width">Number of columns; 0 for nothing.</param>
public readonly record struct PixelWindow(int Top, int Left, int Height, int Width)
{
    /// <summary>Number of pixels.</summary>
    public int Pixels => Height * Width;

    /// <summary>Whether it lies within an image.</summary>
    /// <param name="image">The image's shape.</param>
    /// <returns>Whether it does.</returns>
    public bool IsWithin(Shape image) =>
        Top >= 0 && Left >= 0 && Height >= 0 && Width >= 0 && Height <= image.Height - Top && Width <= image.Width - Left;
}
