namespace AdvLib;

/// <summary>Reads images and labels from a pair of .npy files, or two arrays of a .npz file, as an image set.</summary>
internal static class NpySet
{
    private const string Images = "images";
    private const string Labels = "labels";

    /// <summary>Reads them.</summary>
    /// <param name="path">A folder with images.npy and labels.npy, or a .npz file with arrays of these names.</param>
    /// <param name="wanted">What is asked of it.</param>
    /// <exception cref="DataFileException">The files are damaged, or not images and labels.</exception>
    public static TestImages Read(string path, TestImagesOptions wanted)
    {
        bool isArchive = File.Exists(path);
        NpyArray Load(string name) => isArchive ? NpyFile.Load(path, name) : NpyFile.Load(Path.Combine(path, $"{name}.npy"));
        (NpyArray images, NpyArray labels) = (Load(Images), Load(Labels));
        int[] sizes = images.Shape;
        if (sizes is [_, 1 or 3, > 4 and var rows, var columns] && rows == columns)
        {
            throw new DataFileException($"'{path}' has images {string.Join("x", sizes[1..])}.", "channels last: height x width x channels.",
                "These look like channels first: transpose them, images.transpose(0, 2, 3, 1) in NumPy, and save them again.");
        }

        if (sizes.Length is not (3 or 4) || sizes.Any(size => size < 1))
            throw new DataFileException($"'{path}' has images of [{string.Join(", ", sizes)}].", "(n, height, width) or (n, height, width, "
                + "channels), n at least 1.", "Save them so.");
        if (labels.Shape is not [var count] || count != sizes[0] || Array.Exists(labels.Values, value => !(value is >= 0 and <= 255)
            || value != MathF.Floor(value)))
        {
            throw new DataFileException(
                $"'{path}' has labels [{string.Join(", ", labels.Shape)}] of {labels.StoredAs} for {sizes[0]} images.",
                "one class number from 0 to 255 for each image.", "Number the classes from 0 and save them again.");
        }

        byte[] classes = [.. labels.Values.Select(value => (byte)value)];
        var shape = new Shape(sizes[1], sizes[2], sizes.Length == 4 ? sizes[3] : 1);
        int number = Math.Max(wanted.ClassNames?.Count ?? 2, Math.Max(1, (int)classes.Max()) + 1);
        string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return new TestImages(
            images.StoredAs.StartsWith("uint8", StringComparison.Ordinal)
                ? new ImageSet(name, shape, number, [.. images.Values.Select(value => (byte)value)], classes)
                : new ImageSet(name, shape, number, images.Values, classes),
            wanted.ClassNames, []);
    }

    /// <summary>Whether a path is a .npz file, or a folder with the pair.</summary>
    public static bool IsOne(string path) => File.Exists(path)
        ? Path.GetExtension(path).Equals(".npz", StringComparison.OrdinalIgnoreCase)
        : File.Exists(Path.Combine(path, $"{Images}.npy"));
}
