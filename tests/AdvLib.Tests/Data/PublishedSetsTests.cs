namespace AdvLib.Tests;

/// <summary>Data sets under the names and in the forms that they are published in.</summary>
public sealed class PublishedSetsTests : IDisposable
{
    private static readonly string[] Parts = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "test-images-idx3-ubyte", "test-labels-idx1-ubyte"];
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private Dataset Load(string folder, int train = 0) => Dataset.Load(folder, train, 0, 42, TinyMnist.Sources(_temp));

    // Two training pictures and one test picture of two by two.
    private void Write(string prefix, byte[] labels, byte testLabel)
    {
        Directory.CreateDirectory(_temp["gzip"]);
        IdxArray[] arrays = [new([2, 2, 2], [1, 2, 3, 200, 5, 6, 7, 8]), new([2], labels), new([1, 2, 2], [9, 10, 11, 255]), new([1], [testLabel])];
        for (int i = 0; i < 4; i++)
            IdxFile.Write(_temp["gzip", prefix + Parts[i] + ".gz"], arrays[i], gzip: true);
    }

    private static float[] Pixels(ImageSet set, int image)
    {
        var pixels = new float[set.Shape.Size];
        set.CopyImages(image, 1, pixels);
        return [.. pixels.Select(pixel => pixel * 255)];
    }

    [Fact]
    public void Emnist_letters_stand_upright_and_count_from_0_and_the_notice_says_so()
    {
        Write("emnist-letters-", [1, 2], 2);
        Dataset data = Load(_temp["gzip"]);
        Assert.Equal("emnist-letters train: 2 images 2x2x1, 2 classes", data.Train.ToString());
        Assert.Equal([0, 1], data.Train.Labels.ToArray());
        Assert.Equal([1], data.Test.Labels.ToArray());
        Assert.Equal([1, 3, 2, 200], Pixels(data.Train, 0));
        Assert.Equal([5, 7, 6, 8], Pixels(data.Train, 1));
        Assert.Equal([9, 11, 10, 255], Pixels(data.Test, 0));
        Assert.Equal(
            "EMNIST's pictures, which are stored column by column, were turned upright. Its labels, which count from 1, were made to "
            + "count from 0: class 0 is the letter A. Class 0 never occurs among the test images.", data.Notice);
    }

    [Fact]
    public void Other_parts_of_Emnist_keep_their_labels()
    {
        Write("emnist-digits-", [1, 0], 1);
        Dataset data = Load(_temp["gzip"]);
        Assert.Equal([1, 0], data.Train.Labels.ToArray());
        Assert.Equal([1, 3, 2, 200], Pixels(data.Train, 0));
    }

    [Fact]
    public void Of_several_sets_in_a_folder_one_is_named_behind_it()
    {
        Write("emnist-letters-", [1, 2], 2);
        Write("emnist-digits-", [0, 1], 1);
        var e = Assert.Throws<DataFileException>(() => Load(_temp["gzip"]));
        Assert.Contains("holds several data sets: emnist-digits, emnist-letters.", e.Message, StringComparison.Ordinal);
        Assert.Contains($"Name one behind the folder: {_temp["gzip", "emnist-digits"]}.", e.Message, StringComparison.Ordinal);
        Assert.Equal("emnist-digits", Load(_temp["gzip", "emnist-digits"]).Name);
        Assert.Equal("emnist-letters", Load(_temp["gzip", "emnist-letters"]).Name);

        // Files under MNIST's own names come first.
        Write("", [0, 1], 1);
        Assert.Equal("gzip", Load(_temp["gzip"]).Name);
    }

    [Fact]
    public void Qmnist_has_labels_of_eight_integers()
    {
        Write("qmnist-", [0, 1], 1);
        foreach (string part in (string[])["train", "test"])
        {
            File.Delete(_temp["gzip", $"qmnist-{part}-labels-idx1-ubyte.gz"]);
            int count = part == "train" ? 2 : 1;
            byte[] words = [.. Enumerable.Range(0, 8 * count).SelectMany(i => new byte[] { 0, 0, 0, (byte)(i == 8 ? 1 : 0) })];
            File.WriteAllBytes(_temp["gzip", $"qmnist-{part}-labels-idx2-int"], [0, 0, 0x0C, 2, 0, 0, 0, (byte)count, 0, 0, 0, 8, .. words]);
        }

        Dataset data = Load(_temp["gzip"]);
        Assert.Equal(("qmnist", "Class 1 never occurs among the test images."), (data.Name, data.Notice));
        Assert.Equal([0, 1], data.Train.Labels.ToArray());
        Assert.Equal([1, 2, 3, 200], Pixels(data.Train, 0));
    }

    [Fact]
    public void Labels_from_1_under_other_names_are_left_alone_and_mentioned()
    {
        Write("", [1, 2], 2);
        Dataset data = Load(_temp["gzip"]);
        Assert.Equal([1, 2], data.Train.Labels.ToArray());
        Assert.Equal(3, data.Train.Classes);
        Assert.Equal(
            "No label is 0: labels that count from 1 give one class too many, and should be numbered from 0. "
            + "Class 0 never occurs among the images. Class 1 never occurs among the test images.", data.Notice);
    }

    [Fact]
    public void What_the_first_images_lack_is_mentioned()
    {
        Write("", [1, 0], 1);
        Assert.Equal("Class 0 never occurs among the test images.", Load(_temp["gzip"]).Notice);
        Assert.Equal("Class 0 never occurs among the images.", Load(_temp["gzip"], train: 1).Notice);
    }

    [Fact]
    public void Many_absent_classes_are_counted()
    {
        Write("", [0, 61], 61);
        Dataset data = Load(_temp["gzip"]);
        Assert.Equal(62, data.Test.Classes);
        Assert.Contains("Classes 1, 2, 3, 4, 5 and 55 more never occur among the images. Class 0 never occurs", data.Notice, StringComparison.Ordinal);
    }
}
