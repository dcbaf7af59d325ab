using System.Globalization;

namespace AdvLib;

/// <summary>Reads a folder of PNG files, one folder a class, as an image set.</summary>
internal static class PictureSet
{
    private const int MostClasses = 256;

    /// <summary>
    /// Reads the folder. Classes take turns, so that the first images are of all classes: the first picture of each by name, then the
    /// second of each.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="wanted">What is asked of it.</param>
    /// <exception cref="DataFileException">The folder is no such folder, or a picture is wrong and they are not to be left out.</exception>
    public static TestImages Read(string folder, TestImagesOptions wanted)
    {
        (string Name, int Label)[] classes = Classes(folder, wanted.ClassNames);
        var pictures = new List<(PngPicture Picture, byte Label)>();
        var skipped = new List<string>();
        (string Path, PngPicture Picture)? first = null;
        foreach ((string path, int label) in InTurns(folder, classes))
        {
            if (wanted.Count > 0 && pictures.Count == wanted.Count)
                break;
            try
            {
                PngPicture picture = PngPicture.Read(path);
                Check(path, picture, wanted.Shape, first);
                first ??= (path, picture);
                pictures.Add((picture, (byte)label));
            }
            catch (DataFileException wrong) when (wanted.KeepGoing)
            {
                skipped.Add(wrong.Message);
            }
        }

        if (first is not { } one)
            throw new DataFileException($"'{folder}' holds no picture that can be read.", "PNG files in a folder for each class.",
                $"See what is wrong with the first: {skipped.FirstOrDefault() ?? "there is none."}");
        int channels = wanted.Shape?.Channels ?? (pictures.TrueForAll(picture => picture.Picture.IsGrey()) ? 1 : 3);
        int count = Math.Max(2, Math.Max(wanted.ClassNames?.Count ?? 0, classes.Max(known => known.Label) + 1));
        var images = new ImageSet(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            new Shape(one.Picture.Height, one.Picture.Width, channels), count,
            [.. pictures.SelectMany(picture => picture.Picture.In(channels))], [.. pictures.Select(picture => picture.Label)]);
        string[] names = [.. wanted.ClassNames ?? Enumerable.Range(0, count).Select(
            label => Array.Find(classes, known => known.Label == label).Name ?? label.ToString(CultureInfo.InvariantCulture))];
        return new TestImages(images, names, skipped);
    }

    /// <summary>Whether a folder holds folders with PNG files.</summary>
    public static bool IsOne(string folder) =>
        Directory.EnumerateDirectories(folder).Any(name => Directory.EnumerateFiles(name, "*.png").Any());

    // The class of a folder: its place among the names that are given, the number that it is named by, or its place by name.
    private static (string Name, int Label)[] Classes(string folder, IReadOnlyList<string>? names)
    {
        string[] found = [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        if (names is not null)
        {
            string[] known = [.. names];
            return Array.Find(found, name => !known.Contains(name)) is { } other
                ? throw new DataFileException(
                    $"'{folder}' has a folder '{other}', which is none of the classes {string.Join(", ", known)}.",
                    "a folder for each class, under its name.", "Correct the class names, or the folder's.")
                : [.. found.Select(name => (name, Array.IndexOf(known, name)))];
        }

        int?[] numbers = [.. found.Select(name =>
            int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : (int?)null)];
        bool numbered = Array.TrueForAll(numbers, number => number < MostClasses) && numbers.Distinct().Count() == found.Length;
        if (!numbered && found.Length > MostClasses)
        {
            throw new DataFileException(
                $"'{folder}' holds {found.Length} folders.", $"at most {MostClasses}, one a class.", "Name another.");
        }

        return [.. found.Select((name, i) => (name, numbered ? numbers[i]!.Value : i))];
    }

    private static IEnumerable<(string Path, int Label)> InTurns(string folder, (string Name, int Label)[] classes)
    {
        string[][] files = [.. classes.Select(known =>
            (string[])[.. Directory.EnumerateFiles(Path.Combine(folder, known.Name), "*.png").Order(StringComparer.Ordinal)])];
        for (int turn = 0; turn < files.Max(some => some.Length); turn++)
        {
            for (int i = 0; i < files.Length; i++)
            {
                if (turn < files[i].Length)
                    yield return (files[i][turn], classes[i].Label);
            }
        }
    }

    private static void Check(string path, PngPicture picture, Shape? shape, (string Path, PngPicture Picture)? first)
    {
        (int Height, int Width) wanted = shape is { } known ? (known.Height, known.Width)
            : first is { } one ? (one.Picture.Height, one.Picture.Width) : (picture.Height, picture.Width);
        if ((picture.Height, picture.Width) != wanted)
        {
            throw new DataFileException($"'{path}' is {picture.Height}x{picture.Width}.",
                $"{wanted.Height}x{wanted.Width}, as {(shape is null ? $"'{first!.Value.Path}'" : "the model takes")}.",
                "Scale all pictures to one size.");
        }

        if (shape is { Channels: 1 } && !picture.IsGrey())
            throw new DataFileException($"'{path}' is in colour.", "grey, as the model takes 1 channel.", "Convert the pictures to grey.");
        if (shape is { Channels: not (1 or 3) })
            throw new DataFileException($"Pictures for a model of {shape}.", "one of 1 channel or 3.", "Give the images as .npy.");
    }
}
