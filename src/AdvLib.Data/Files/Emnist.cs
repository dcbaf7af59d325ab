namespace AdvLib;

/// <summary>
/// EMNIST (Cohen, Afshar, Tapson and van Schaik, 2017) as it is published: its pictures are stored column by column, and the
/// labels of its letters count from 1.
/// </summary>
internal static class Emnist
{
    /// <summary>Stands pictures upright and counts labels from 0, where the names of the files are EMNIST's.</summary>
    /// <param name="prefix">What the names begin with, for example <c>emnist-letters</c>.</param>
    /// <param name="parts">Training and test images and labels; their arrays are changed.</param>
    /// <returns>What was done, for the reader; null when nothing was.</returns>
    public static string? Restore(string prefix, IdxPart[] parts)
    {
        if (!prefix.StartsWith("emnist-", StringComparison.OrdinalIgnoreCase))
            return null;
        Transpose(parts[0].Array);
        Transpose(parts[2].Array);
        string done = "EMNIST's pictures, which are stored column by column, were turned upright.";
        bool fromOne = prefix.EndsWith("letters", StringComparison.OrdinalIgnoreCase)
            && !parts[1].Array.Data.Contains((byte)0) && !parts[3].Array.Data.Contains((byte)0);
        if (!fromOne)
            return done;
        foreach (byte[] labels in (byte[][])[parts[1].Array.Data, parts[3].Array.Data])
        {
            for (int i = 0; i < labels.Length; i++)
                labels[i]--;
        }

        return $"{done} Its labels, which count from 1, were made to count from 0: class 0 is the letter A.";
    }

    private static void Transpose(IdxArray images)
    {
        if (images.Dimensions is not [_, var side, var other] || side != other)
            return;
        for (int image = 0; image < images.Data.Length; image += side * side)
        {
            for (int row = 0; row < side; row++)
            {
                for (int column = 0; column < row; column++)
                {
                    ref byte below = ref images.Data[image + row * side + column];
                    ref byte above = ref images.Data[image + column * side + row];
                    (below, above) = (above, below);
                }
            }
        }
    }
}
