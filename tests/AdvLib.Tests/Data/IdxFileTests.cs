using System.Buffers.Binary;
using System.IO.Compression;

namespace AdvLib.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    public static TheoryData<int[], bool> RoundTrips => new()
    {
        { [5], false }, { [5], true }, { [2, 3, 4], false }, { [2, 3, 4], true }, { [2, 3, 4, 3], false }, { [2, 3, 4, 3], true },
        { [300, 28, 28], false }, { [300, 28, 28], true },
    };

    [Theory]
    [MemberData(nameof(RoundTrips))]
    public void What_is_written_is_read(int[] dimensions, bool gzip)
    {
        byte[] data = new byte[dimensions.Aggregate(1, (a, b) => a * b)];
        new Random(1).NextBytes(data);
        string path = _temp["a.idx"];
        IdxFile.Write(path, new IdxArray(dimensions, data), gzip);
        Assert.Equal(gzip, File.ReadAllBytes(path) is [0x1f, 0x8b, ..]);

        IdxArray read = IdxFile.Read(path);
        Assert.Equal(dimensions, read.Dimensions);
        Assert.Equal(data, read.Data);
        Assert.Equal(["a.idx"], _temp.Files());
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        IdxFile.Write(_temp["a"], new IdxArray([2, 1, 3], [1, 2, 3, 4, 5, 6]));
        Assert.Equal([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6], File.ReadAllBytes(_temp["a"]));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_temp["a"]))), IdxFile.Read(_temp["a"]).Sha256());
    }

    [Fact]
    public void Content_that_compresses_well_needs_no_luck_with_memory()
    {
        // 1000:1, so the reader's first guess of the size is far too small.
        var zeros = new IdxArray([20_000, 10, 10], new byte[2_000_000]);
        IdxFile.Write(_temp["zeros.gz"], zeros, gzip: true);
        Assert.Equal(zeros.Data, IdxFile.Read(_temp["zeros.gz"]).Data);
    }

    [Fact]
    public void Gzip_is_known_by_content_not_by_name()
    {
        var array = new IdxArray([2], [3, 4]);
        IdxFile.Write(_temp["plain.gz"], array);
        IdxFile.Write(_temp["zipped-ubyte"], array, gzip: true);
        Assert.Equal([3, 4], IdxFile.Read(_temp["plain.gz"]).Data);
        Assert.Equal([3, 4], IdxFile.Read(_temp["zipped-ubyte"]).Data);
    }

    public static TheoryData<string, byte[], string, string> BadFiles => new()
    {
        { "empty", [], "starts with nothing", "0x00000801" },
        { "three bytes", [0, 0, 8], "starts with 0x000008", "0x00000803" },
        { "text", "<html>"u8.ToArray(), "starts with 0x3C68746D", "0x00000804" },
        { "float values", Idx(0x0D, [2]), "starts with 0x00000D01", "unsigned bytes" },
        { "two dimensions", Idx(8, [2, 2]), "starts with 0x00000802", "0x00000803" },
        { "no header", Idx(8, [2, 2, 2])[..10], "ends inside its header", "3 sizes" },
        { "truncated", [.. Idx(8, [2, 2, 2]), 1, 2, 3], "holds only 3 values", "2 x 2 x 2 values" },
        { "header alone", Idx(8, [7]), "holds only 0 values", "7 values" },
        { "trailing", [.. Idx(8, [2]), 1, 2, 3], "bytes left over", "nothing more" },
        { "no images", Idx(8, [0, 28, 28]), "size 0 for dimension 1", "a size from 1" },
        { "no width", Idx(8, [2, 28, 0]), "size 0 for dimension 3", "a size from 1" },
        { "size beyond 2^31", Idx(8, [uint.MaxValue]), "size 4294967295 for dimension 1", "to 2147483647" },
        { "product overflows 32 bits", Idx(8, [1 << 16, 1 << 8, 1 << 8]), "more than an array can hold", "at most" },
        { "product overflows 64 bits", Idx(8, [int.MaxValue, int.MaxValue, int.MaxValue, 4]), "more than an array can hold", "at most" },
        { "claims 2^31 images", Idx(8, [int.MaxValue, 28, 28]), "more than an array can hold", "at most" },
        { "claims 2 billion labels", Idx(8, [2_000_000_000]), "holds only 0 values", "2000000000 values" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Bad_content_is_named_plain_or_gzipped(string what, byte[] content, string found, string expected)
    {
        File.WriteAllBytes(_temp["plain"], content);
        File.WriteAllBytes(_temp["zipped"], Gzip(content));
        foreach (string path in new[] { _temp["plain"], _temp["zipped"] })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var e = Assert.Throws<DataFileException>(() => IdxFile.Read(path));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000, $"{what}: memory was taken for a claim");
            Assert.Contains(path, e.Message, StringComparison.Ordinal);
            Assert.Contains(found, e.Message, StringComparison.Ordinal);
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_gzip_bomb_stops_at_the_size_its_header_claims()
    {
        File.WriteAllBytes(_temp["bomb"], Gzip([.. Idx(8, [10]), .. new byte[50_000_000]]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<DataFileException>(() => IdxFile.Read(_temp["bomb"]));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        Assert.Contains("bytes left over", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gzip_file_cut_anywhere_is_an_error()
    {
        byte[] data = new byte[500];
        new Random(2).NextBytes(data);
        byte[] whole = Gzip([.. Idx(8, [500]), .. data]);
        for (int length = 2; length < whole.Length; length++)
        {
            File.WriteAllBytes(_temp["gz"], whole[..length]);
            var e = Assert.Throws<DataFileException>(() => IdxFile.Read(_temp["gz"]));
            Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_after_a_gzip_file_are_an_error()
    {
        File.WriteAllBytes(_temp["gz"], [.. Gzip([.. Idx(8, [2]), 1, 2]), 0, 0, 0, 0]);
        var e = Assert.Throws<DataFileException>(() => IdxFile.Read(_temp["gz"]));
        Assert.Contains("ends with 0. Expected: the length of its content, 10.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_gzip_file_is_an_error()
    {
        byte[] whole = Gzip([.. Idx(8, [500]), .. new byte[500]]);
        foreach (int position in new[] { 2, whole.Length / 2, whole.Length - 6, whole.Length - 1 })
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x55;
            File.WriteAllBytes(_temp["gz"], damaged);
            var e = Assert.Throws<DataFileException>(() => IdxFile.Read(_temp["gz"]));
            Assert.Contains("damaged", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_an_error()
    {
        foreach (string path in new[] { _temp["none"], _temp["no", "folder"] })
        {
            var e = Assert.Throws<DataFileException>(() => IdxFile.Read(path));
            Assert.Contains($"'{path}' cannot be read", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_folder_in_a_files_place_is_said_to_be_one()
    {
        string folder = _temp.Root;
        Assert.Equal($"'{folder}' is a folder. Expected: a file. Name a file; there is none in it.", Assert.Throws<DataFileException>(() => IdxFile.Read(folder)).Message);
        File.WriteAllText(_temp["b.idx"], "");
        Assert.EndsWith("Name a file in it, such as b.idx.", Assert.Throws<DataFileException>(() => IdxFile.ReadLabels(folder)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{folder}' is a folder.", Assert.Throws<DataFileException>(() => NpyFile.Load(folder)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"'{folder}' is a folder.", Assert.Throws<DataFileException>(() => SafeTensors.Load(folder)).Message, StringComparison.Ordinal);

        var set = new ImageSet("one", Shape.Vector(1), 2, new byte[1], [1]);
        foreach (Action<string> write in (Action<string>[])[path => IdxFile.WriteImages(path, set), path => NpyFile.SaveLabels(path, set), path => SafeTensors.Save(path, [])])
            Assert.Equal($"'{folder}' is a folder. Expected: the path of a file to write. Name a file in it.", Assert.Throws<DataFileException>(() => write(folder)).Message);
        Assert.Equal(["b.idx"], _temp.Files());
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        var array = new IdxArray([2], [3, 4]);
        var e = Assert.Throws<DataFileException>(() => IdxFile.Write(_temp["no", "folder"], array));
        Assert.Contains("cannot be written", e.Message, StringComparison.Ordinal);

        File.WriteAllText(_temp["old"], "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_temp["old"], file =>
        {
            file.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(_temp["old"]));
        Assert.Equal(["old"], _temp.Files());

        IdxFile.Write(_temp["old"], array);
        Assert.Equal([3, 4], IdxFile.Read(_temp["old"]).Data);
    }

    public static TheoryData<int[], int> BadArrays => new()
    {
        { [2, 2], 4 }, { [], 1 }, { [2, 0, 2], 0 }, { [-1], 1 }, { [3], 2 }, { [1 << 16, 1 << 16, 1], 0 },
    };

    [Theory]
    [MemberData(nameof(BadArrays))]
    public void Only_what_can_be_read_is_written(int[] dimensions, int values)
    {
        var e = Assert.Throws<ShapeMismatchException>(() => IdxFile.Write(_temp["x"], new IdxArray(dimensions, new byte[values])));
        Assert.Contains($"has {values} values", e.Message, StringComparison.Ordinal);
        Assert.Empty(_temp.Files());
    }

    private static byte[] Idx(byte type, uint[] sizes)
    {
        byte[] header = new byte[4 + 4 * sizes.Length];
        header[2] = type;
        header[3] = (byte)sizes.Length;
        for (int d = 0; d < sizes.Length; d++)
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4 + 4 * d), sizes[d]);
        return header;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest))
            zip.Write(content);
        return memory.ToArray();
    }
}
