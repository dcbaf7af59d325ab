using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace AdvLib.Tests;

public sealed class SafeTensorsTests : IDisposable
{
    private static readonly NamedTensor[] Tensors =
    [
        new("conv2d.kernel", [2, 1, 3], [1, -2.5f, 3e-20f, 4, 5.25f, float.MaxValue]),
        new("scalar", [], [-0.1f]),
        new("empty", [0, 7], []),
        new("größe \"x\"", [2], [float.Epsilon, 1f / 3]),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("advlib-tests-").FullName;

    private string File1 => Path.Combine(_folder, "one.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tensors_come_back_bit_for_bit_in_their_order()
    {
        NamedTensor[] special = [.. Tensors, new("special", [4], [float.NaN, float.NegativeInfinity, -0f, float.MinValue])];
        SafeTensors.Save(File1, special, new Dictionary<string, string> { ["seed"] = "42" }, anyBits: true);
        IReadOnlyList<NamedTensor> loaded = SafeTensors.Load(File1, out IReadOnlyDictionary<string, string> metadata, anyBits: true);

        Assert.Equal(special.Select(tensor => tensor.Name), loaded.Select(tensor => tensor.Name));
        Assert.All(special.Zip(loaded), pair =>
        {
            Assert.Equal(pair.First.Shape, pair.Second.Shape);
            Assert.Equal(pair.First.Values.Select(BitConverter.SingleToInt32Bits), pair.Second.Values.Select(BitConverter.SingleToInt32Bits));
        });
        Assert.Equal("42", Assert.Single(metadata, note => note.Key == "seed").Value);
    }

    [Fact]
    public void No_tensors_and_no_metadata_make_a_file_too()
    {
        SafeTensors.Save(File1, []);
        Assert.Empty(SafeTensors.Load(File1, out IReadOnlyDictionary<string, string> metadata));
        Assert.Empty(metadata);
    }

    [Fact]
    public void Bytes_are_those_of_the_format()
    {
        SafeTensors.Save(File1, [new NamedTensor("b", [2], [1, 2]), new NamedTensor("a", [], [3])], new Dictionary<string, string> { ["z"] = "1", ["y"] = "2" });
        string header = """{"__metadata__":{"y":"2","z":"1"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}""";
        header = header.PadRight((header.Length + 7) / 8 * 8);
        Assert.Equal(FileBytes(header, [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40]), File.ReadAllBytes(File1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("abcdefg")]
    public void Data_starts_at_a_multiple_of_8_bytes(string suffix)
    {
        SafeTensors.Save(File1, [new NamedTensor("tensor" + suffix, [1], [1])]);
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(File1)) % 8);
        Assert.Equal(1, SafeTensors.Load(File1)[0].Values[0]);
    }

    [Fact]
    public void Saving_creates_the_folder_replaces_the_file_and_leaves_nothing_else()
    {
        string path = Path.Combine(_folder, "new", "folder", "x.safetensors");
        SafeTensors.Save(path, Tensors);
        SafeTensors.Save(path, Tensors[..1]);
        Assert.Single(SafeTensors.Load(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Saving_that_fails_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "taken");
        Directory.CreateDirectory(Path.Combine(path, "by a folder that is not empty"));
        Assert.Throws<DataFileException>(() => SafeTensors.Save(path, Tensors));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Saving_refuses_tensors_that_would_not_load()
    {
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(File1, [Tensors[0], Tensors[0]]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(File1, [new NamedTensor("__metadata__", [1], [1])]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(File1, [new NamedTensor("x", [2, 2], [1, 2, 3])]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(File1, [new NamedTensor("x", [-1, -1], [1])]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(File1, [new NamedTensor(new string('x', 1 << 20), [1], [1])]));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_missing_file_is_an_IO_error() =>
        Assert.Throws<FileNotFoundException>(() => SafeTensors.Load(Path.Combine(_folder, "none")));

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        SafeTensors.Save(File1, Tensors);
        byte[] whole = File.ReadAllBytes(File1);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(File1, whole[..length]);
            Assert.Throws<WeightsFileException>(() => SafeTensors.Load(File1));
        }
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 63)]
    [InlineData(1ul << 31)]
    [InlineData(3)]
    public void A_header_longer_than_the_file_is_refused(ulong length)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        AssertRefused(bytes, $"header of {length} bytes");
    }

    [Fact]
    public void A_header_longer_than_the_limit_is_refused_before_it_is_read() =>
        AssertRefused(FileBytes("{}".PadRight((1 << 20) + 8), []), "header of 1048584 bytes");

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("not json", "JSON")]
    [InlineData("{} {}", "JSON")]
    [InlineData("[]", "JSON Array")]
    [InlineData("null", "JSON Null")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "Duplicate property 'a'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0061":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "Duplicate property 'a'")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "Duplicate property")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "JSON")]
    [InlineData("""{"a":3}""", "'a' that is incomplete")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", "'a' that is incomplete")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", "'a' that is incomplete")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "'a' that is incomplete")]
    [InlineData("""{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", "dtype \"I64\"")]
    [InlineData("""{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}""", "'a' of 8 bytes")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}""", "'a' of 8 bytes")]
    [InlineData("""{"a":{"dtype":"X","shape":[2],"data_offsets":[0,8]}}""", "dtype \"X\"")]
    [InlineData("""{"a":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}""", "dtype 32")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "shape 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "shape [\"2\"]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}""", "shape [1.5]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}}""", "shape [-2,-1]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967298],"data_offsets":[0,8]}}""", "shape [4294967298]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[65536,65536,65536,65536,2],"data_offsets":[0,8]}}""", "shape [65536")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1073741824],"data_offsets":[0,8]}}""", "'a' of 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}""", "'a' of 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":8}}""", "data_offsets 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "data_offsets [0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":["0",8]}}""", "data_offsets [\"0\",8]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "data_offsets [-8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets [8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "data_offsets [0,12]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551624]}}""", "data_offsets [0,18446744073709551624]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'a' at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "'b' at byte 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "'b' at byte 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "4 bytes after the last tensor")]
    [InlineData("{}", "8 bytes after the last tensor")]
    [InlineData("""{"__metadata__":3}""", "__metadata__")]
    [InlineData("""{"__metadata__":{"a":3}}""", "__metadata__")]
    public void A_bad_header_is_refused_and_named(string header, string found) => AssertRefused(FileBytes(header, new byte[8]), found);

    [Fact]
    public void A_header_that_is_not_UTF8_is_refused()
    {
        byte[] bytes = FileBytes("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", new byte[8]);
        bytes[10] = 0xff; // the name
        AssertRefused(bytes, "JSON");
    }

    [Fact]
    public void A_hole_between_tensors_is_refused() => AssertRefused(FileBytes(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", new byte[12]), "'b' at byte 8");

    [Fact]
    public void Tensors_may_stand_in_the_header_in_any_order()
    {
        File.WriteAllBytes(File1, FileBytes("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"shape":[1],"data_offsets":[0,4],"dtype":"F32"}}""",
            [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]));
        Assert.Equal([("a", 1f), ("b", 2f)], SafeTensors.Load(File1).Select(tensor => (tensor.Name, tensor.Values[0])));
    }

    [Fact]
    public void A_file_that_Python_wrote_is_read()
    {
        IReadOnlyList<NamedTensor> tensors = SafeTensors.Load(GoldenFile.PathOf("python.safetensors"), out IReadOnlyDictionary<string, string> metadata);
        Assert.Equal(["scalar []", "empty [0, 3]", "größe [1, 2, 3]", "limits [3]"], tensors.Select(tensor => tensor.ToString()));
        Assert.Equal([2.5f], tensors[0].Values);
        Assert.Empty(tensors[1].Values);
        Assert.Equal([-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f], tensors[2].Values);
        Assert.Equal([float.MaxValue, 1.17549435e-38f, -0f], tensors[3].Values);
        Assert.Equal("tests/golden/make_golden.py", metadata["made_by"]);
    }

    [Fact]
    public async Task Python_reads_what_was_saved()
    {
        await PythonProcess.Require("numpy");
        SafeTensors.Save(File1, Tensors, new Dictionary<string, string> { ["größe"] = "1 < 2" });
        (int exitCode, string output) = await PythonProcess.Run(GoldenFile.PathOf("read_safetensors.py"), File1);
        Assert.True(exitCode == 0, output);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Equal("1 < 2", json.RootElement.GetProperty("metadata").GetProperty("größe").GetString());
        JsonProperty[] read = [.. json.RootElement.GetProperty("tensors").EnumerateObject()];
        Assert.Equal(Tensors.Select(tensor => tensor.Name), read.Select(tensor => tensor.Name));
        Assert.All(Tensors.Zip(read), pair =>
        {
            Assert.Equal(pair.First.Shape, pair.Second.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()));
            Assert.Equal(pair.First.Values, pair.Second.Value.GetProperty("values").EnumerateArray().Select(value => (float)value.GetDouble()));
        });
    }

    [Fact]
    public void Half_precision_and_float64_become_float32_and_say_so()
    {
        File.WriteAllBytes(File1, FileBytes(
            """{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},"d":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""",
            Convert.FromHexString("662EFF7B" + "803FCDBD" + "9A9999999999B93F")));
        IReadOnlyList<NamedTensor> tensors = SafeTensors.Load(File1);
        Assert.Equal([0.099975586f, 65504], tensors[0].Values);
        Assert.Equal([1, -0.10009765625f], tensors[1].Values);
        Assert.Equal([0.1f], tensors[2].Values);
        Assert.Equal(["float16, as float32", "bfloat16, as float32", "float64, rounded to float32"], tensors.Select(tensor => tensor.StoredAs));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void Weights_that_are_no_numbers_are_neither_saved_nor_loaded(float fault, string text)
    {
        NamedTensor[] tensors = [.. Tensors, new("dense.kernel", [2, 3], [1, 2, 3, 4, fault, 6])];
        var e = Assert.Throws<WeightsFileException>(() => SafeTensors.Save(File1, tensors));
        Assert.Contains($"Tensor 'dense.kernel' for '{File1}' has {text} at [1, 1].", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));

        SafeTensors.Save(File1, tensors, anyBits: true);
        e = Assert.Throws<WeightsFileException>(() => SafeTensors.Load(File1));
        Assert.Contains($"Tensor 'dense.kernel' of '{File1}' has {text} at [1, 1].", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_float64_beyond_float32_is_refused()
    {
        File.WriteAllBytes(File1, FileBytes("""{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", BitConverter.GetBytes(1e300)));
        Assert.Contains("has Infinity at [0].", Assert.Throws<WeightsFileException>(() => SafeTensors.Load(File1)).Message, StringComparison.Ordinal);
    }

    private static byte[] FileBytes(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return [.. prefix, .. text, .. data];
    }

    private void AssertRefused(byte[] bytes, string found)
    {
        File.WriteAllBytes(File1, bytes);
        var exception = Assert.Throws<WeightsFileException>(() => SafeTensors.Load(File1));
        Assert.Contains(found, exception.Message, StringComparison.Ordinal);
        Assert.Contains(File1, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Expected: ", exception.Message, StringComparison.Ordinal);
    }
}
