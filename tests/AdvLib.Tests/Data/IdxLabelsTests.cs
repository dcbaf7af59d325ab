using System.Buffers.Binary;

namespace AdvLib.Tests;

/// <summary>Labels as EMNIST and QMNIST publish them.</summary>
public sealed class IdxLabelsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    private byte[] Read(byte type, int[] sizes, byte[] data)
    {
        byte[] file = [0, 0, type, (byte)sizes.Length, .. sizes.SelectMany(BigEndian), .. data];
        File.WriteAllBytes(_temp["labels"], file);
        IdxArray labels = IdxFile.ReadLabels(_temp["labels"]);
        Assert.Equal([sizes[0]], labels.Dimensions);
        return labels.Data;
    }

    private static byte[] BigEndian(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Words(params int[] values) => [.. values.SelectMany(BigEndian)];

    [Fact]
    public void Integers_of_every_size_are_labels()
    {
        Assert.Equal([3, 255], Read(0x08, [2], [3, 255]));
        Assert.Equal([3, 127], Read(0x09, [2], [3, 127]));
        Assert.Equal([3, 255], Read(0x0B, [2], [0, 3, 0, 255]));
        Assert.Equal([3, 255], Read(0x0C, [2], Words(3, 255)));
    }

    [Fact]
    public void Of_eight_columns_the_first_is_the_class() =>
        Assert.Equal([5, 9], Read(0x0C, [2, 8], Words(5, 0, 539, 0, 35, 0, 0, 0, 9, 4, 1000, 7, 39, 1, 0, 0)));

    [Theory]
    [InlineData(0x0C, 2, "has labels in 2 columns")] // one-hot of two classes
    [InlineData(0x0D, 0, "starts with 0x00000D01")] // floats
    public void What_is_no_column_of_labels_is_refused(byte type, int columns, string message)
    {
        int[] sizes = columns == 0 ? [2] : [2, columns];
        var e = Assert.Throws<DataFileException>(() => Read(type, sizes, new byte[4 * 2 * Math.Max(1, columns)]));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_label_that_is_no_byte_is_named(int label)
    {
        var e = Assert.Throws<DataFileException>(() => Read(0x0C, [3], Words(1, 2, label)));
        Assert.Contains($"has label {label} at image 2. Expected: labels from 0 to 255.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_or_longer_says_so_in_labels()
    {
        Assert.Contains("holds only 1 values. Expected: 2 values", Assert.Throws<DataFileException>(() => Read(0x0C, [2], Words(1))).Message, StringComparison.Ordinal);
        Assert.Contains("bytes left over", Assert.Throws<DataFileException>(() => Read(0x0C, [1], Words(1, 2))).Message, StringComparison.Ordinal);
    }
}
