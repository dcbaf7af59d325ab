namespace AdvLib;

/// <summary>Images to test a model on: a known set's, or the user's own.</summary>
/// <param name="Images">The images.</param>
/// <param name="ClassNames">Names of the classes, from 0; null where they have none.</param>
/// <param name="Skipped">What was left out, and why, a sentence each.</param>
public sealed record TestImages(ImageSet Images, IReadOnlyList<string>? ClassNames, IReadOnlyList<string> Skipped)
{
    /// <summary>The name of MNIST's test images.</summary>
    public const string Mnist = "mnist";

    /// <summary>Loads images.</summary>
    /// <param name="name">
    /// <c>mnist</c>; <c>synthetic</c> for synthetic digits; a folder of IDX files, of which the test pair is taken; a folder with
    /// images.npy and labels.npy, or a .npz file with arrays of these names; a folder of PNG files, one folder a class, as
    /// <see cref="PngFolder"/> writes it.
    /// </param>
    /// <param name="wanted">What is asked of them.</param>
    /// <returns>The images.</returns>
    /// <exception cref="DataFileException">There is nothing of the kind, or a file is damaged or does not fit the others.</exception>
    /// <exception cref="DatasetUnavailableException">MNIST cannot be had.</exception>
    /// <exception cref="ImageSetException">There are fewer images than wanted.</exception>
    public static TestImages Load(string name, TestImagesOptions wanted)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(wanted);
        TestImages all = name switch
        {
            Dataset.Synthetic => Of(SyntheticDigits.Create(
                wanted.Count == 0 ? Dataset.SyntheticTestCount : wanted.Count, wanted.Seed, RandomPurpose.TestDigits)),
            Mnist => Of(AdvLib.Mnist.Load().Test),
            _ when NpySet.IsOne(name) => NpySet.Read(name, wanted),
            _ when Directory.Exists(name) && PictureSet.IsOne(name) => PictureSet.Read(name, wanted),
            _ => Of(IdxDataset.ReadTest(name) ?? throw None(name)),
        };
        return wanted.Count == 0 ? all : all with { Images = all.Images.Take(Math.Min(wanted.Count, all.Images.Count)) };

        TestImages Of(ImageSet images) => new(images, wanted.ClassNames, []);
    }

    private static DataFileException None(string name) => new(
        $"'{name}' {(Path.Exists(name) ? "holds no images that are known" : "does not exist")}.",
        $"{string.Join(" and ", IdxFolder.Names[2..])}; images.npy and labels.npy, or both in a .npz file; or PNG files in a folder for "
        + "each class.", "Name such a folder, mnist, or synthetic.");
}
