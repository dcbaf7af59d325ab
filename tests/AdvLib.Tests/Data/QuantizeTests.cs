namespace AdvLib.Tests;

public sealed class QuantizeTests : IDisposable
{
    private static readonly Shape Shape = new(3, 4, 1);
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private static ImageSet Clean(int count, Shape shape)
    {
        var bytes = new byte[count * shape.Size];
        new Random(3).NextBytes(bytes);
        (bytes[0], bytes[1]) = (0, 255);
        return new ImageSet("clean", shape, 62, bytes, [.. Enumerable.Range(0, count).Select(i => (byte)(i % 62))]);
    }

    private static float[] Values(ImageSet set)
    {
        var values = new float[set.Count * set.Shape.Size];
        set.CopyImages(0, set.Count, values);
        return values;
    }

    [Fact]
    public void Without_clean_images_each_pixel_goes_to_the_nearest_level()
    {
        ImageSet rounded = new ImageSet("x", Shape.Vector(6), 2, [-0.1f, 0.4f / 255, 0.6f / 255, 1.5f / 255, 254.4f / 255, 1.1f], [1]).Quantize();
        Assert.Equal([0, 0, 1 / 255f, 2 / 255f, 254 / 255f, 1], Values(rounded));
        Assert.Equal((true, "x, 8 bits"), (rounded.IsEightBit, rounded.Name));
        Assert.Same(rounded, rounded.Quantize());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 / 255f)]
    [InlineData(2 / 255f)]
    [InlineData(8 / 255f)]
    [InlineData(0.1f)]
    [InlineData(0.3f)]
    [InlineData(1)]
    public void Towards_the_clean_images_no_pixel_moves_farther_than_it_did(float epsilon)
    {
        ImageSet clean = Clean(20, Shape);
        float[] before = Values(clean);
        var random = new Random(4);
        float[] moved = [.. before.Select(pixel => random.Next(4) switch
        {
            0 => pixel + epsilon,
            1 => pixel - epsilon,
            2 => pixel,
            _ => pixel + (2 * random.NextSingle() - 1) * epsilon,
        })];
        ImageSet rounded = clean.WithPixels("adversaries", moved).Quantize(clean);
        float[] after = Values(rounded);
        for (int i = 0; i < after.Length; i++)
        {
            double limit = Math.Min(epsilon, Math.Abs((double)moved[i] - before[i])) + 1e-6;
            Assert.InRange(Math.Abs((double)after[i] - before[i]), 0, limit);
            Assert.True((after[i] - before[i]) * (moved[i] - before[i]) >= 0, "a pixel went the other way");
            double wanted = Math.Clamp(moved[i], 0f, 1f);
            Assert.InRange(Math.Abs(after[i] - wanted), 0, 1 / 255.0 - 1e-7);
        }
    }

    [Fact]
    public void Whole_levels_of_epsilon_are_kept_whole()
    {
        // In float, k / 255 + 8 / 255 often lies below (k + 8) / 255.
        byte[] levels = [.. Enumerable.Range(0, 248).Select(level => (byte)level)];
        var clean = new ImageSet("clean", Shape.Vector(248), 2, levels, [0]);
        ImageSet rounded = clean.WithPixels("up", [.. Values(clean).Select(pixel => pixel + 8f / 255)]).Quantize(clean);
        Assert.Equal(levels.Select(level => (level + 8) / 255f), Values(rounded));
    }

    [Fact]
    public void A_clean_pixel_between_two_levels_becomes_the_nearest_where_no_level_is_on_the_way()
    {
        var clean = new ImageSet("clean", Shape.Vector(3), 2, [10.6f / 255, 10.6f / 255, 10.6f / 255], [0]);
        Assert.Equal([11 / 255f, 11 / 255f, 11 / 255f], Values(clean.WithPixels("a", [10.8f / 255, 11.9f / 255, 10.2f / 255]).Quantize(clean)));
    }

    [Fact]
    public void Other_clean_images_are_refused()
    {
        ImageSet clean = Clean(3, Shape);
        ImageSet attacked = clean.WithPixels("a", Values(clean));
        Assert.Throws<ShapeMismatchException>(() => attacked.Quantize(clean.Take(2)));
        Assert.Throws<ShapeMismatchException>(() => attacked.Quantize(Clean(3, new Shape(4, 3, 1))));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(28, 28, 1)]
    [InlineData(32, 32, 3)]
    public void Adversaries_go_to_idx_and_back(int height, int width, int channels)
    {
        ImageSet clean = Clean(5, new Shape(height, width, channels));
        ImageSet attacked = clean.WithPixels("a", [.. Values(clean).Select(pixel => pixel + 0.1f)]);
        Assert.Contains("Quantize(clean)", Assert.Throws<ImageSetException>(() => IdxFile.WriteImages(_temp["images"], attacked)).Message, StringComparison.Ordinal);
        Assert.Empty(_temp.Files());

        ImageSet rounded = attacked.Quantize(clean);
        IdxFile.WriteImages(_temp["images"], rounded, gzip: true);
        IdxFile.WriteLabels(_temp["labels"], rounded);
        ImageSet read = IdxPart.Join("read", 62, IdxPart.Read(_temp["images"], isLabels: false), IdxPart.Read(_temp["labels"], isLabels: true));
        Assert.Equal(rounded.Shape, read.Shape);
        Assert.Equal(Values(rounded), Values(read));
        Assert.Equal(rounded.Labels, read.Labels);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    public void Adversaries_go_to_png_a_folder_a_class(int channels, byte colourType)
    {
        ImageSet set = Clean(120, new Shape(2, 3, channels));
        Assert.Throws<ImageSetException>(() => PngFolder.Write(_temp["png"], set.WithPixels("a", Values(set))));
        PngFolder.Write(_temp["png"], set);
        Assert.Equal(62, Directory.GetDirectories(_temp["png"]).Length);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => $"{i:D3}.png"), _temp.Files());
        byte[] picture = File.ReadAllBytes(_temp["png", "07", "069.png"]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], picture[..4]);
        Assert.Equal((3, 2, 8, colourType), (picture[19], picture[23], picture[24], picture[25]));
        Assert.Equal(set.Bytes.Slice(69 * 6 * channels, 6 * channels).ToArray(), Pixels(picture, 3 * channels));

        Assert.Contains("already holds something", Assert.Throws<DataFileException>(() => PngFolder.Write(_temp["png"], set)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_temp["empty"]);
        PngFolder.Write(_temp["empty"], set.Take(1));
        Assert.Equal(["empty", "png"], Directory.GetDirectories(_temp.Root).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_channels_are_no_picture() =>
        Assert.Throws<ShapeMismatchException>(() => PngFolder.Write(_temp["png"], Clean(2, new Shape(2, 2, 2))));

    // What a PNG's one data chunk holds, without the filter byte of each row.
    private static byte[] Pixels(byte[] png, int stride)
    {
        int length = png[33] << 24 | png[34] << 16 | png[35] << 8 | png[36];
        using var zlib = new System.IO.Compression.ZLibStream(new MemoryStream(png, 41, length), System.IO.Compression.CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        return [.. rows.ToArray().Chunk(stride + 1).SelectMany(row => row[1..])];
    }
}
