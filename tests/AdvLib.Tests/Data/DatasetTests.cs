namespace AdvLib.Tests;

public sealed class DatasetTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private Dataset Load(string folder = "", int train = 0, int test = 0, FakeMirrors? mirrors = null) =>
        Dataset.Load(folder, train, test, 42, TinyMnist.Sources(_temp, mirrors));

    // Four files of a set of the reader's own; what is null is left out.
    private string Write(string folder, IdxArray? images = null, IdxArray? labels = null, IdxArray? testImages = null, IdxArray? testLabels = null)
    {
        folder = _temp[folder];
        Directory.CreateDirectory(folder);
        IdxFile.Write(Path.Combine(folder, "train-images-idx3-ubyte"), images ?? new([3, 2, 2], new byte[12]));
        IdxFile.Write(Path.Combine(folder, "train-labels-idx1-ubyte"), labels ?? new([3], [0, 1, 2]));
        IdxFile.Write(Path.Combine(folder, "t10k-images-idx3-ubyte"), testImages ?? new([2, 2, 2], new byte[8]));
        IdxFile.Write(Path.Combine(folder, "t10k-labels-idx1-ubyte"), testLabels ?? new([2], [4, 0]));
        return folder;
    }

    [Fact]
    public void Empty_is_MNIST()
    {
        TinyMnist.Write(TinyMnist.Sources(_temp).Cache);
        Dataset data = Load(train: 5);
        Assert.Equal("MNIST (cache)\n  MNIST train: 5 images 4x3x1, 10 classes\n  MNIST test: 6 images 4x3x1, 10 classes", data.ToString());
    }

    [Fact]
    public void Where_MNIST_cannot_be_had_synthetic_digits_take_its_place_and_say_so()
    {
        Dataset data = Load(train: 30, test: 20);
        Assert.Equal(("synthetic digits", "synthetic", 30, 20), (data.Name, data.Source, data.Train.Count, data.Test.Count));
        Assert.Equal(
            "These are SYNTHETIC DIGITS, and so is every figure measured on them: no MNIST (the network is out of reach). `advnb data` "
            + "fetches it.", data.Notice);
        Assert.Contains($"NOTICE: {data.Notice}", data.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_and_wrong_folders_are_errors_not_a_reason_for_synthetic_digits()
    {
        string cache = TinyMnist.Write(TinyMnist.Sources(_temp).Cache);
        File.WriteAllText(Path.Combine(cache, IdxFolder.Names[3]), "wrong");
        Assert.Throws<DataFileException>(() => Load());
        Assert.Throws<DataFileException>(() => Dataset.Load("", 0, 0, 42, TinyMnist.Sources(_temp, variable: _temp["none"])));
    }

    [Fact]
    public void Synthetic_on_purpose_has_no_notice()
    {
        Dataset data = Load("synthetic", 30);
        Assert.Null(data.Notice);
        Assert.Equal("synthetic digits (synthetic)\n  synthetic digits train: 30 images 28x28x1, 10 classes\n  synthetic digits test: 2000 images 28x28x1, 10 classes", data.ToString());
        Assert.Equal(10_000, Load("synthetic", 0, 1).Train.Count);
    }

    [Fact]
    public void A_folder_gives_shape_classes_and_name()
    {
        Dataset data = Load(Write("fashion"));
        Assert.Equal(("fashion", "folder"), (data.Name, data.Source));
        Assert.Equal(
            "Class 3 never occurs among the images. Class 4 never occurs among the training images. Classes 1, 2 never occur among the "
            + "test images. No training pixel reaches 16 of 255: if black and white are saved as 0 and 1, multiply them by 255.", data.Notice);
        Assert.Equal("fashion train: 3 images 2x2x1, 5 classes", data.Train.ToString());
        Assert.Equal("fashion test: 2 images 2x2x1, 5 classes", data.Test.ToString());
        Assert.Equal("fashion", Load(_temp["fashion"] + Path.DirectorySeparatorChar).Name);
    }

    [Fact]
    public void Four_dimensions_give_channels()
    {
        string folder = Write("colour", new([3, 2, 2, 3], new byte[36]), testImages: new([2, 2, 2, 3], new byte[24]));
        Assert.Equal(new Shape(2, 2, 3), Load(folder).Train.Shape);
    }

    [Theory]
    [InlineData(1, 1, 1, 2)]
    [InlineData(1, 1, 3, 3)]
    [InlineData(8, 5, 1, 10)]
    [InlineData(28, 28, 1, 62)]
    [InlineData(32, 32, 3, 62)]
    [InlineData(32, 32, 3, 256)]
    public void Any_shape_and_number_of_classes_is_a_data_set(int height, int width, int channels, int classes)
    {
        byte[] labels = [.. Enumerable.Range(0, classes).Select(label => (byte)label)];
        int[] sizes = channels == 1 ? [classes, height, width] : [classes, height, width, channels];
        var images = new IdxArray(sizes, [.. Enumerable.Range(0, classes * height * width * channels).Select(i => (byte)(255 - i))]);
        Dataset data = Load(Write("any", images, new([classes], labels), images, new([classes], labels)));
        Assert.Equal($"any train: {classes} images {height}x{width}x{channels}, {classes} classes", data.Train.ToString());
        Assert.Null(data.Notice);
        Assert.Equal(labels, data.Test.Labels.ToArray());
        float[] last = new float[data.Test.Shape.Size];
        data.Test.CopyImages(classes - 1, 1, last);
        Assert.Equal(images.Data[^last.Length..].Select(pixel => pixel / 255f), last);
    }

    [Theory]
    [InlineData(3, 32)]
    [InlineData(1, 28)]
    public void Channels_before_rows_are_refused(int channels, int side)
    {
        var images = new IdxArray([3, channels, side, side], new byte[3 * channels * side * side]);
        var e = Assert.Throws<DataFileException>(() => Load(Write("first", images)));
        Assert.Contains($"has images {channels}x{side}x{side}. Expected: channels last", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_or_is_a_file_says_where_it_was_looked_for()
    {
        var e = Assert.Throws<DataFileException>(() => Load("absent-in-test"));
        Assert.Contains($"There is no folder 'absent-in-test', looked for at '{Path.GetFullPath("absent-in-test")}'.", e.Message, StringComparison.Ordinal);
        File.WriteAllText(_temp["file"], "");
        Assert.Contains("file' is a file. Expected: a folder with train-images", Assert.Throws<DataFileException>(() => Load(_temp["file"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_label_still_makes_two_classes() =>
        Assert.Equal(2, Load(Write("zeros", labels: new([3], new byte[3]), testLabels: new([2], new byte[2]))).Train.Classes);

    [Fact]
    public void MNIST_is_known_by_its_content() => Assert.Equal("MNIST", Load(TinyMnist.Write(_temp["whatever"], gzip: true)).Name);

    [Fact]
    public void Files_go_by_several_names()
    {
        string folder = TinyMnist.Write(_temp["own"], gzip: true);
        string[] names = ["train-images.idx3-ubyte", "train-labels.idx1-ubyte.gz", "test-images-idx3-ubyte.gz", "test-labels_idx1_ubyte"];
        for (int i = 0; i < 4; i++)
            File.Move(Path.Combine(folder, IdxFolder.Names[i] + ".gz"), Path.Combine(folder, names[i]));
        Assert.Equal(12, Load(folder).Train.Count);

        // Plain beside gzipped is the same file twice; another name is another file.
        IdxFile.Write(Path.Combine(folder, names[1][..^3]), TinyMnist.Arrays[1]);
        Assert.Equal(12, Load(folder).Train.Count);
        IdxFile.Write(Path.Combine(folder, IdxFolder.Names[1]), TinyMnist.Arrays[1]);
        var e = Assert.Throws<DataFileException>(() => Load(folder));
        Assert.Contains("several files for train-labels: train-labels-idx1-ubyte, train-labels.idx1-ubyte", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_lacks_files_is_an_error()
    {
        string folder = Write("own");
        File.Delete(Path.Combine(folder, "train-labels-idx1-ubyte"));
        var e = Assert.Throws<DataFileException>(() => Load(folder));
        Assert.Contains("lacks train-labels-idx1-ubyte.", e.Message, StringComparison.Ordinal);
        Assert.Contains("There is no folder", Assert.Throws<DataFileException>(() => Load(_temp["none"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_and_labels_must_agree_in_number()
    {
        var e = Assert.Throws<DataFileException>(() => Load(Write("own", testLabels: new([3], [0, 1, 2]))));
        Assert.Contains("t10k-images-idx3-ubyte' has 2 images and", e.Message, StringComparison.Ordinal);
        Assert.Contains("t10k-labels-idx1-ubyte' has 3 labels", e.Message, StringComparison.Ordinal);
        Assert.Contains("one label for every image", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_and_test_images_must_agree_in_shape()
    {
        var e = Assert.Throws<DataFileException>(() => Load(Write("own", testImages: new([2, 2, 3], new byte[12]))));
        Assert.Contains("2x2x1", e.Message, StringComparison.Ordinal);
        Assert.Contains("2x3x1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_in_place_of_images_are_an_error()
    {
        var e = Assert.Throws<DataFileException>(() => Load(Write("own", images: new([3], [0, 1, 2]))));
        Assert.Contains("has one dimension", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<DataFileException>(() => Load(Write("own", labels: new([3, 2, 2], new byte[12]))));
        Assert.Contains("has 3 dimensions", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_are_at_most_and_what_is_missing_is_said()
    {
        string folder = Write("own", labels: new([3], [0, 1, 1]), testLabels: new([2], [1, 0]));
        Dataset data = Load(folder, 2, 1);
        Assert.Equal((2, 1), (data.Train.Count, data.Test.Count));
        Assert.DoesNotContain("asked for", data.ToString(), StringComparison.Ordinal);
        data = Load(folder, 12_000, 2);
        Assert.Equal((3, 2), (data.Train.Count, data.Test.Count));
        const string Said = "Of 12,000 training images that were asked for there are 3: all are used. No training pixel";
        Assert.StartsWith(Said, data.Notice, StringComparison.Ordinal);
        data = Load(folder, 0, 3);
        Assert.Contains("Of 3 test images that were asked for there are 2: all are used.", data.Notice, StringComparison.Ordinal);
        TinyMnist.Write(TinyMnist.Sources(_temp).Cache);
        Assert.Contains("there are 6: all are used.", Load(test: 7).Notice, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(folder, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(folder, 0, -1));
    }
}
