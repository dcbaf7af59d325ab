namespace AdvLib;

/// <summary>One of a data set's four files, and what it holds.</summary>
internal sealed record IdxPart(string Path, IdxArray Array)
{
    private const string Exchanged = "Check that images and labels are not exchanged.";

    /// <summary>Reads a file of images or of labels.</summary>
    /// <exception cref="DataFileException">It cannot be read.</exception>
    public static IdxPart Read(string path, bool isLabels) => new(path, isLabels ? IdxFile.ReadLabels(path) : IdxFile.Read(path));

    /// <summary>Joins images and labels into a set that takes over their arrays.</summary>
    /// <exception cref="DataFileException">
    /// These are not images and labels, disagree in number, have labels outside the classes, or channels before rows.
    /// </exception>
    public static ImageSet Join(string name, int classes, IdxPart images, IdxPart labels)
    {
        int[] sizes = images.Array.Dimensions;
        if (sizes.Length == 1)
            throw new DataFileException($"'{images.Path}' has one dimension.", "images: 3 dimensions, or 4 with channels.", Exchanged);
        if (labels.Array.Dimensions.Length != 1)
        {
            throw new DataFileException(
                $"'{labels.Path}' has {labels.Array.Dimensions.Length} dimensions.", "labels: 1 dimension.", Exchanged);
        }

        if (sizes[0] != labels.Array.Data.Length)
        {
            throw new DataFileException(
                $"'{images.Path}' has {sizes[0]} images and '{labels.Path}' has {labels.Array.Data.Length} labels.",
                "one label for every image.", "Take both files from the same data set.");
        }

        if (sizes is [_, 1 or 3, > 4 and var rows, var columns] && rows == columns)
        {
            throw new DataFileException(
                $"'{images.Path}' has images {string.Join("x", sizes[1..])}.", "channels last: height x width x channels.",
                "These look like channels first: transpose them, images.transpose(0, 2, 3, 1) in NumPy, and save them again.");
        }

        int wrong = labels.Array.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
        {
            throw new DataFileException(
                $"'{labels.Path}' has label {labels.Array.Data[wrong]} at image {wrong}.", $"labels from 0 to {classes - 1}.",
                "The file is damaged or of another data set: get it again.");
        }

        var shape = new Shape(sizes[1], sizes[2], sizes.Length == 4 ? sizes[3] : 1);
        return new ImageSet(name, shape, classes, images.Array.Data, labels.Array.Data);
    }
}
