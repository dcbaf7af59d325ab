using System.Globalization;

namespace AdvLib;

/// <summary>Image sets as folders of PNG files, one folder a class: what other tools read images from, and what a viewer shows.</summary>
public static class PngFolder
{
    /// <summary>
    /// Writes every image as <c>CLASS/NUMBER.png</c>, both from 0 and with leading zeros, so that their order by name is that of the
    /// set. A class that never occurs has no folder. The folder appears whole or not at all.
    /// </summary>
    /// <param name="folder">A folder that does not exist, or is empty.</param>
    /// <param name="images">The images, as bytes (<see cref="ImageSet.Quantize"/> makes adversaries so), of 1 channel or 3.</param>
    /// <exception cref="ImageSetException">The pixels are no bytes.</exception>
    /// <exception cref="ShapeMismatchException">The images have neither 1 channel nor 3.</exception>
    /// <exception cref="DataFileException">The folder holds something, or cannot be written.</exception>
    public static void Write(string folder, ImageSet images)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(images);
        ReadOnlySpan<byte> pixels = EightBits.Require(images);
        Shape shape = images.Shape;
        if (shape.Channels is not (1 or 3))
        {
            throw new ShapeMismatchException(
                $"Images of shape {shape}.", "1 channel (grey) or 3 (red, green, blue).", "Save them with IdxFile or NpyFile.");
        }

        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new DataFileException(
                $"'{folder}' already holds something.", "a folder that does not exist, or is empty.",
                "Name a new one, or remove what is there.");
        }

        string temporary = AtomicFile.TemporaryName(target);
        try
        {
            for (int i = 0; i < images.Count; i++)
            {
                string parent = Path.Combine(temporary, Number(images.Label(i), images.Classes));
                Directory.CreateDirectory(parent);
                ReadOnlySpan<byte> picture = pixels.Slice(i * shape.Size, shape.Size);
                File.WriteAllBytes(
                    Path.Combine(parent, Number(i, images.Count) + ".png"), Png.Encode(shape.Width, shape.Height, shape.Channels, picture));
            }

            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(temporary, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(
                $"'{folder}' cannot be written: {e.Message}", "a folder that may be written.",
                "Check the path, the permission and the free space.", e);
        }
        finally
        {
            if (Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
    }

    // As many digits as the largest number has.
    private static string Number(int number, int count) =>
        number.ToString(CultureInfo.InvariantCulture).PadLeft((count - 1).ToString(CultureInfo.InvariantCulture).Length, '0');
}
