namespace AdvLib.Tests;

/// <summary>Images of the user's own: IDX pairs, .npy pairs, folders of pictures.</summary>
public sealed class TestImagesTests : IDisposable
{
    private static readonly TestImagesOptions All = new();
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_folder_of_pictures_that_was_written_comes_back_with_its_classes()
    {
        var set = new ImageSet("set", new Shape(3, 5, 3), 12, [.. Enumerable.Range(0, 4 * 45).Select(i => (byte)(i * 37))], [11, 2, 11, 0]);
        PngFolder.Write(_temp["pictures"], set);
        TestImages read = TestImages.Load(_temp["pictures"], All);
        Assert.Equal((4, new Shape(3, 5, 3), 12), (read.Images.Count, read.Images.Shape, read.Images.Classes));

        // Classes take turns: the first of each, then the second.
        Assert.Equal([0, 2, 11, 11], read.Images.Labels.ToArray());
        Assert.Equal(Pixels(set, 3), Pixels(read.Images, 0));
        Assert.Equal(Pixels(set, 2), Pixels(read.Images, 3));
        Assert.Equal([0, 2], TestImages.Load(_temp["pictures"], All with { Count = 2 }).Images.Labels.ToArray());
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(4, 0)]
    [InlineData(8, 0)]
    [InlineData(16, 0)]
    [InlineData(8, 4)]
    [InlineData(16, 4)]
    [InlineData(8, 2)]
    [InlineData(16, 2)]
    [InlineData(8, 6)]
    [InlineData(16, 6)]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(4, 3)]
    [InlineData(8, 3)]
    public void Every_depth_and_kind_of_picture_is_read(int depth, int kind)
    {
        const int Width = 7, Height = 5;
        int samples = kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        bool colour = kind is 2 or 3 or 6;
        var random = new Random(1);
        byte[]? palette = kind == 3 ? [.. Enumerable.Range(0, 3 << depth).Select(_ => (byte)random.Next(256))] : null;
        int[] Row() => [.. Enumerable.Range(0, Width * samples).Select(_ => random.Next(1 << depth))];
        int[][] rows = [.. Enumerable.Range(0, Height).Select(_ => Row())];
        Write("a/1.png", PngFiles.Encode(depth, kind, rows, Width, palette));
        Write("b/1.png", PngFiles.Encode(depth, kind, rows, Width, palette));
        TestImages read = TestImages.Load(_temp.Root, All);
        Assert.Equal(new Shape(Height, Width, colour ? 3 : 1), read.Images.Shape);
        Assert.Equal(["a", "b"], read.ClassNames);

        // Alpha is dropped; of 16 bits the upper half counts; fewer bits are stretched.
        byte Level(int sample) => (byte)(depth == 16 ? sample >> 8 : sample * 255 / ((1 << depth) - 1));
        IEnumerable<byte> expected = from row in rows
                                     from pixel in row.Chunk(samples)
                                     from value in kind == 3 ? palette!.Skip(3 * pixel[0]).Take(3)
                                         : pixel.Take(colour ? 3 : 1).Select(Level)
                                     select value;
        Assert.Equal(expected.Select(value => value / 255f), Pixels(read.Images, 0));
    }

    [Fact]
    public void Names_of_classes_are_the_models_order_and_grey_becomes_what_the_model_takes()
    {
        Write("cat/1.png", Grey(10));
        Write("dog/1.png", Grey(20));
        TestImages read = TestImages.Load(_temp.Root, All with { ClassNames = ["dog", "fish", "cat"], Shape = new Shape(2, 2, 3) });
        Assert.Equal([2, 0], read.Images.Labels.ToArray());
        Assert.Equal((3, new Shape(2, 2, 3)), (read.Images.Classes, read.Images.Shape));
        Assert.Equal(Enumerable.Repeat(10 / 255f, 12), Pixels(read.Images, 0));
        var refused = Assert.Throws<DataFileException>(() => TestImages.Load(_temp.Root, All with { ClassNames = ["dog", "fish"] }));
        Assert.Contains("a folder 'cat', which is none of the classes dog, fish", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_picture_is_named_and_with_keep_going_left_out()
    {
        Write("a/1.png", Grey(10));
        byte[] whole = Grey(20);
        Write("a/cut.png", whole[..^15]);
        byte[] damaged = [.. whole];
        damaged[^20] ^= 1;
        Write("a/damaged.png", damaged);
        Write("a/jpeg.png", [0xFF, 0xD8, 0xFF, 0xE0]);
        Write("a/large.png", PngFiles.Encode(8, 0, [[1, 2, 3]], 3));
        Write("b/1.png", Grey(30));
        Write("b/notes.txt", [1]);
        var refused = Assert.Throws<DataFileException>(() => TestImages.Load(_temp.Root, All));
        Assert.Contains(Path.Combine("a", "cut.png"), refused.Message, StringComparison.Ordinal);
        TestImages read = TestImages.Load(_temp.Root, All with { KeepGoing = true });
        Assert.Equal((2, 4), (read.Images.Count, read.Skipped.Count));
        Assert.Collection(read.Skipped,
            said => Assert.Contains("it is cut short", said, StringComparison.Ordinal),
            said => Assert.Contains("does not fit its checksum", said, StringComparison.Ordinal),
            said => Assert.Contains("it does not begin as a PNG", said, StringComparison.Ordinal),
            said => Assert.Contains("is 1x3. Expected: 2x2", said, StringComparison.Ordinal));
    }

    [Fact]
    public void Damaged_pictures_by_the_thousand_are_refused_or_read_and_nothing_else()
    {
        static int[] Row(int i) => [.. Enumerable.Range(41 * i, 18)];
        byte[] whole = PngFiles.Encode(8, 2, [.. Enumerable.Range(0, 6).Select(Row)], 6);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. whole];
            for (int k = random.Next(1, 4); k > 0; k--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(_temp["one.png"], i % 3 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            try
            {
                Assert.Equal((6, 6), (PngPicture.Read(_temp["one.png"]).Width, PngPicture.Read(_temp["one.png"]).Height));
            }
            catch (DataFileException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 2900, 3000);
    }

    [Fact]
    public void A_pair_of_npy_files_is_a_set_of_bytes_or_of_floats()
    {
        var bytes = new ImageSet("set", new Shape(2, 3, 1), 4, [.. Enumerable.Range(0, 12).Select(i => (byte)(20 * i))], [3, 1]);
        NpyFile.SaveImages(_temp["images.npy"], bytes);
        NpyFile.SaveLabels(_temp["labels.npy"], bytes);
        TestImages read = TestImages.Load(_temp.Root, All);
        Assert.Equal((2, new Shape(2, 3, 1), 4, false), (read.Images.Count, read.Images.Shape, read.Images.Classes,
            read.Images.IsEightBit));
        Assert.Equal(Pixels(bytes, 1), Pixels(read.Images, 1));
        Assert.Equal([3, 1], read.Images.Labels.ToArray());

        // Bytes are 0 to 255, as NumPy has them of pictures: labels of another set stand in as such.
        File.Copy(_temp["labels.npy"], _temp["images.npy"], overwrite: true);
        Assert.Contains("images of [2]", Assert.Throws<DataFileException>(() => TestImages.Load(_temp.Root, All)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task NumPys_archive_of_bytes_is_read_and_channels_first_are_refused()
    {
        await PythonProcess.Require("numpy");
        await PythonProcess.Run("-c", $"""
            import numpy as np
            images = np.arange(2 * 6 * 6 * 3, dtype=np.uint8).reshape(2, 6, 6, 3)
            np.savez(r'{_temp["set.npz"]}', images=images, labels=np.array([1, 0]))
            np.savez(r'{_temp["first.npz"]}', images=images.transpose(0, 3, 1, 2), labels=np.array([1, 0]))
            np.savez(r'{_temp["labels.npz"]}', images=images, labels=np.array([1.5, 0]))
            """);
        TestImages read = TestImages.Load(_temp["set.npz"], All);
        Assert.Equal((new Shape(6, 6, 3), true, "set"), (read.Images.Shape, read.Images.IsEightBit, read.Images.Name));
        Assert.Equal(Enumerable.Range(108, 108).Select(value => value / 255f), Pixels(read.Images, 1));
        Assert.Contains("channels first", Assert.Throws<DataFileException>(() => TestImages.Load(_temp["first.npz"], All)).Message,
            StringComparison.Ordinal);
        Assert.Contains("one class number", Assert.Throws<DataFileException>(() => TestImages.Load(_temp["labels.npz"], All)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_pair_of_IDX_files_is_enough()
    {
        TinyMnist.Write(_temp.Root, files: [2, 3]);
        TestImages read = TestImages.Load(_temp.Root, All);
        Assert.Equal((6, new Shape(4, 3, 1), 10), (read.Images.Count, read.Images.Shape, read.Images.Classes));
        TinyMnist.Write(_temp.Root);
        Assert.Equal(read.Images.Labels.ToArray(), TestImages.Load(_temp.Root, All).Images.Labels.ToArray());
    }

    [Fact]
    public void What_holds_no_images_is_refused_with_what_would_do()
    {
        Assert.Contains("does not exist", Assert.Throws<DataFileException>(() => TestImages.Load(_temp["nowhere"], All)).Message,
            StringComparison.Ordinal);
        var refused = Assert.Throws<DataFileException>(() => TestImages.Load(_temp.Root, All));
        Assert.Contains("holds no images that are known", refused.Message, StringComparison.Ordinal);
        Assert.Contains("PNG files in a folder for each class", refused.Message, StringComparison.Ordinal);
        Assert.Equal(30, TestImages.Load("synthetic", All with { Count = 30 }).Images.Count);
    }

    private static byte[] Grey(int level) => PngFiles.Encode(8, 0, [[level, level], [level, level]], 2);

    private static float[] Pixels(ImageSet images, int image)
    {
        var pixels = new float[images.Shape.Size];
        images.CopyImages(image, 1, pixels);
        return pixels;
    }

    private void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_temp[name])!);
        File.WriteAllBytes(_temp[name], bytes);
    }
}
