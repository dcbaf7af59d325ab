using StbImageSharp;

namespace AdvLib;

/// <summary>
/// A PNG file's pixels as bytes: of any depth, grey, colour or palette. Transparency is dropped, and the colour behind it kept.
/// </summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">1: grey, 3: red, green, blue.</param>
/// <param name="Pixels">Rows from the top.</param>
internal sealed record PngPicture(int Width, int Height, int Channels, byte[] Pixels)
{
    private const int MostSide = 1 << 14;

    /// <summary>Reads a file. Its checksums are asked before anything is decoded.</summary>
    /// <exception cref="DataFileException">It cannot be read, or is no whole PNG.</exception>
    public static PngPicture Read(string path)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            string? fault = Png.Fault(file, out (int Width, int Height) size);
            if (fault is null && (size.Width is < 1 or > MostSide || size.Height is < 1 or > MostSide))
                fault = $"it is {size.Width} x {size.Height}";
            if (fault is not null)
                throw Broken(path, fault);
            ImageResult picture = ImageResult.FromMemory(file);
            return Opaque(picture.Width, picture.Height, (int)picture.Comp, picture.Data);
        }
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or OverflowException or ArgumentException)
        {
            throw Broken(path, e.Message.Length > 0 ? e.Message : "it holds too few pixels", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken(path, e.Message, e);
        }
    }

    /// <summary>Whether no pixel has a colour.</summary>
    public bool IsGrey()
    {
        for (int i = 0; Channels == 3 && i < Pixels.Length; i += 3)
        {
            if (Pixels[i] != Pixels[i + 1] || Pixels[i] != Pixels[i + 2])
                return false;
        }

        return true;
    }

    /// <summary>The pixels in 1 or 3 channels; a picture that is not grey has 3.</summary>
    public byte[] In(int channels)
    {
        if (channels == Channels)
            return Pixels;
        var pixels = new byte[Width * Height * channels];
        for (int i = 0; i < Width * Height; i++)
            pixels.AsSpan(i * channels, channels).Fill(Pixels[i * Channels]);
        return pixels;
    }

    private static PngPicture Opaque(int width, int height, int components, byte[] pixels)
    {
        int channels = components <= 2 ? 1 : 3;
        if (channels == components)
            return new(width, height, channels, pixels);
        var opaque = new byte[width * height * channels];
        for (int i = 0; i < width * height; i++)
            pixels.AsSpan(i * components, channels).CopyTo(opaque.AsSpan(i * channels));
        return new(width, height, channels, opaque);
    }

    private static DataFileException Broken(string path, string why, Exception? inner = null) => new(
        $"'{path}' cannot be read as a picture: {why}.", "a whole PNG file.",
        "Copy or save it again, or leave it out.", inner);
}
