namespace AdvLib;

/// <summary>One of a data set's four files, and what it holds.</summary>
internal sealed record IdxPart(string Path, IdxArray Array)
{
    /// <summary>Joins images and labels into a set that takes over their arrays.</summary>
    /// <exception cref="DataFileException">These are not images and labels, disagree in number, or have labels outside the classes.</exception>
    public static ImageSet Join(string name, int classes, IdxPart images, IdxPart labels)
    {
        int[] sizes = images.Array.Dimensions;
        if (sizes.Length == 1)
            throw new DataFileException($"'{images.Path}' has one dimension.", "images: 3 dimensions, or 4 with channels.", "Check that images and labels are not exchanged.");
        if (labels.Array.Dimensions.Length != 1)
            throw new DataFileException($"'{labels.Path}' has {labels.Array.Dimensions.Length} dimensions.", "labels: 1 dimension.", "Check that images and labels are not exchanged.");
        if (sizes[0] != labels.Array.Data.Length)
        {
            throw new DataFileException(
                $"'{images.Path}' has {sizes[0]} images and '{labels.Path}' has {labels.Array.Data.Length} labels.", "one label for every image.", "Take both files from the same data set.");
        }

        int wrong = labels.Array.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
        {
            throw new DataFileException(
                $"'{labels.Path}' has label {labels.Array.Data[wrong]} at image {wrong}.", $"labels from 0 to {classes - 1}.", "The file is damaged or of another data set: get it again.");
        }

        return new ImageSet(name, new Shape(sizes[1], sizes[2], sizes.Length == 4 ? sizes[3] : 1), classes, images.Array.Data, labels.Array.Data);
    }
}
