namespace AdvLib;

/// <summary>A folder of IDX files as a data set, with remarks on what its reader would not expect.</summary>
internal static class IdxDataset
{
    private const int ListedClasses = 5;
    private const string FromOne = "No label is 0: labels that count from 1 give one class too many, and should be numbered from 0.";

    // A picture whose brightest pixel is darker was likely saved as 0 and 1, or with few levels.
    private const byte Dark = 16;

    /// <summary>Reads a folder. Shape and classes (largest label + 1) are those of its files.</summary>
    /// <exception cref="DataFileException">A file is missing, damaged, or does not fit the others.</exception>
    public static Dataset Read(string name, MnistSources sources)
    {
        (string folder, string prefix) = IdxFolder.Resolve(name);
        IdxPart[] parts = IdxFolder.Read(
            folder, prefix, "Name a folder that holds them, or leave the name empty to have MNIST found or downloaded.");
        string own = prefix.Length > 0 ? prefix : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (parts.Zip(sources.Checksums).All(pair => pair.First.Array.Sha256() == pair.Second))
            own = "MNIST";
        string? notice = Emnist.Restore(prefix, parts)
            ?? (parts[1].Array.Data.Contains((byte)0) || parts[3].Array.Data.Contains((byte)0) ? null : FromOne);
        int classes = Math.Max(1, Math.Max((int)parts[1].Array.Data.Max(), parts[3].Array.Data.Max())) + 1;
        ImageSet train = IdxPart.Join($"{own} train", classes, parts[0], parts[1]);
        ImageSet test = IdxPart.Join($"{own} test", classes, parts[2], parts[3]);
        return train.Shape == test.Shape ? new Dataset(own, train, test, "folder", notice) : throw new DataFileException(
            $"'{parts[0].Path}' has images {train.Shape} and '{parts[2].Path}' has images {test.Shape}.", "one shape in both.",
            "Take all four files from the same data set.");
    }

    /// <summary>Reads the test pair of a folder, whether or not a training pair lies beside it.</summary>
    /// <returns>The pair; null where there is none.</returns>
    /// <exception cref="DataFileException">A file is damaged, or does not fit the other.</exception>
    public static ImageSet? ReadTest(string name)
    {
        if (!Path.Exists(name) && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(name))))
            return null;
        (string folder, string prefix) = IdxFolder.Resolve(name);
        if (IdxFolder.Missing(folder, prefix).Length == 0)
            return Read(name, MnistSources.Default()).Test;
        string[] names = IdxFolder.Names[2..];
        if (names.Any(file => IdxFolder.Find(folder, file, prefix) is null))
            return null;
        IdxPart images = IdxPart.Read(IdxFolder.Find(folder, names[0], prefix)!, isLabels: false);
        IdxPart labels = IdxPart.Read(IdxFolder.Find(folder, names[1], prefix)!, isLabels: true);
        string own = prefix.Length > 0 ? prefix : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return IdxPart.Join($"{own} test", Math.Max(1, (int)labels.Array.Data.Max()) + 1, images, labels);
    }

    /// <summary>The data set, its notice with remarks on classes that never occur and on pictures that are nearly black.</summary>
    public static Dataset Remark(Dataset data)
    {
        bool[] train = Occurring(data.Train), test = Occurring(data.Test);
        int[] classes = [.. Enumerable.Range(0, data.Train.Classes)];
        bool dark = !data.Train.Bytes.ContainsAnyInRange(Dark, byte.MaxValue);
        string?[] remarks =
        [
            data.Notice,
            Absent(classes.Where(c => !train[c] && !test[c]), "the images"),
            Absent(classes.Where(c => !train[c] && test[c]), "the training images"),
            Absent(classes.Where(c => train[c] && !test[c]), "the test images"),
            dark ? $"No training pixel reaches {Dark} of 255: if black and white are saved as 0 and 1, multiply them by 255." : null,
        ];
        string notice = string.Join(' ', remarks.OfType<string>());
        return notice.Length > 0 ? data with { Notice = notice } : data;
    }

    private static bool[] Occurring(ImageSet set)
    {
        var occurs = new bool[set.Classes];
        foreach (byte label in set.Labels)
            occurs[label] = true;
        return occurs;
    }

    // For example "Classes 0, 3 never occur among the test images."
    private static string? Absent(IEnumerable<int> absent, string where)
    {
        int[] classes = [.. absent];
        string more = classes.Length > ListedClasses ? $" and {classes.Length - ListedClasses} more" : "";
        return classes.Length == 0 ? null
            : $"{(classes.Length == 1 ? "Class" : "Classes")} {string.Join(", ", classes.Take(ListedClasses))}{more} never "
            + $"{(classes.Length == 1 ? "occurs" : "occur")} among {where}.";
    }
}
