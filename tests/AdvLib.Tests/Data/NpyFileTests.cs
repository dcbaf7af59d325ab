using System.Diagnostics;
using System.Text;

namespace AdvLib.Tests;

public sealed class NpyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("advlib-npy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Images_and_labels_come_back_as_they_were()
    {
        ImageSet set = TestNetworks.Set(5, new Shape(4, 3, 2), 4);
        NpyFile.SaveImages(PathOf("new/images.npy"), set);
        NpyFile.SaveLabels(PathOf("labels.npy"), set);
        NpyArray images = NpyFile.Load(PathOf("new/images.npy"));
        NpyArray labels = NpyFile.Load(PathOf("labels.npy"));
        var pixels = new float[5 * 24];
        set.CopyImages(0, 5, pixels);
        Assert.Equal([5, 4, 3, 2], images.Shape);
        Assert.Equal(pixels, images.Values);
        Assert.Equal([5], labels.Shape);
        Assert.Equal(set.Labels.ToArray().Select(label => (float)label), labels.Values);
    }

    [Fact]
    public void The_bytes_are_those_that_numpy_writes()
    {
        // numpy.save of np.array([7, 9], "|u1").
        byte[] expected = [0x93, .. "NUMPY"u8, 1, 0, 0x76, 0, .. Encoding.ASCII.GetBytes("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }".PadRight(0x75) + "\n"), 7, 9];
        NpyFile.SaveLabels(PathOf("labels.npy"), new ImageSet("two", new Shape(1, 1, 1), 10, new byte[2], [7, 9]));
        Assert.Equal(expected, File.ReadAllBytes(PathOf("labels.npy")));
    }

    [Fact]
    public void Numpy_reads_what_is_written_and_writes_what_is_read()
    {
        const string Python = "/usr/bin/python3";
        ImageSet set = TestNetworks.Set(3, new Shape(2, 3, 1), 4);
        NpyFile.SaveImages(PathOf("images.npy"), set);
        using Process process = StartPython(Python, $"import numpy as np; x = np.load(r'{PathOf("images.npy")}'); print(x.shape, x.dtype); np.save(r'{PathOf("back.npy")}', x + 1); "
            + $"np.savez(r'{PathOf("back.npz")}', *[np.asfortranarray(x[:2] * 255).astype(t) for t in ('>f8', '<f2', '>i4', 'u1')])");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == 99, "numpy is not installed");
        Assert.Equal("(3, 2, 3, 1) float32", output.Trim());
        float[] images = NpyFile.Load(PathOf("images.npy")).Values;
        Assert.Equal(images.Select(value => value + 1), NpyFile.Load(PathOf("back.npy")).Values);
        Assert.Equal(images[..12].Select(value => value * 255), NpyFile.Load(PathOf("back.npz"), "arr_0").Values);
        Assert.Equal(images[..12].Select(value => (float)(Half)(value * 255)), NpyFile.Load(PathOf("back.npz"), "arr_1").Values);
        Assert.Equal(images[..12].Select(value => (float)(int)(value * 255)), NpyFile.Load(PathOf("back.npz"), "arr_2").Values);
        Assert.Equal(images[..12].Select(value => (float)(byte)(value * 255)), NpyFile.Load(PathOf("back.npz"), "arr_3").Values);
    }

    [Theory]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8, "the header {'descr': '<c8'")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, "the header {'descr': [")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4, "the header {'descr': '|O'")]
    [InlineData("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", 4, "the header {'descr': '<U1'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4, "4 bytes of data. Expected: 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 9, "9 bytes of data. Expected: 4")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }", 4, "the shape (99999, 99999)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999), }", 4, "the shape (99999999999)")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647), }", 8, "the shape (2147483647, 2147483647)")]
    public void A_file_that_is_not_what_it_says_is_refused(string header, int bytes, string message)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        File.WriteAllBytes(PathOf("x.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. text, .. new byte[bytes]]);
        Assert.Contains(message, Assert.Throws<DataFileException>(() => NpyFile.Load(PathOf("x.npy"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0x93, 78, 85, 77, 80, 89, 1, 0, 0xFF, 0xFF, 1 })]
    [InlineData(new byte[] { 0x93, 78, 85, 77, 80, 89, 9, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    public void What_is_no_npy_file_is_refused(byte[] content)
    {
        File.WriteAllBytes(PathOf("x.npy"), content);
        Assert.Throws<DataFileException>(() => NpyFile.Load(PathOf("x.npy")));
    }

    [Theory]
    [InlineData("|b1", "0100", new float[] { 1, 0 }, "bool, as float32")]
    [InlineData("|i1", "80FF", new float[] { -128, -1 }, "int8, as float32")]
    [InlineData("|u1", "80FF", new float[] { 128, 255 }, "uint8, as float32")]
    [InlineData("<i2", "0080FF7F", new float[] { -32768, 32767 }, "int16, as float32")]
    [InlineData(">i2", "80007FFF", new float[] { -32768, 32767 }, "int16, as float32")]
    [InlineData(">u2", "0001FFFF", new float[] { 1, 65535 }, "uint16, as float32")]
    [InlineData("<i4", "FFFFFFFF00000001", new float[] { -1, 16777216 }, "int32, as float32")]
    [InlineData(">i4", "FFFFFFFF01000001", new float[] { -1, 16777217 }, "int32, as float32")]
    [InlineData("<u4", "FFFFFFFF01000000", new float[] { 4294967296, 1 }, "uint32, rounded to float32")]
    [InlineData("<i8", "FFFFFFFFFFFFFFFF0900000000000000", new float[] { -1, 9 }, "int64, as float32")]
    [InlineData(">u8", "00000000000000030000000000000009", new float[] { 3, 9 }, "uint64, as float32")]
    [InlineData("<f2", "662EFF7B", new float[] { 0.099975586f, 65504 }, "float16, as float32")]
    [InlineData(">f4", "3F800000C0200000", new float[] { 1, -2.5f }, "float32")]
    [InlineData("<f8", "9A9999999999B93F00000000000004C0", new float[] { 0.1f, -2.5f }, "float64, rounded to float32")]
    public void Numbers_of_every_type_and_byte_order_are_read_and_the_conversion_is_said(string type, string data, float[] values, string storedAs)
    {
        NpyArray read = LoadOf($"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", Convert.FromHexString(data));
        Assert.Equal(values, read.Values);
        Assert.Equal(storedAs, read.StoredAs);
        Assert.Equal($"npy [2] of {storedAs}", read.ToString());
    }

    [Theory]
    [InlineData("<f4", "0000803F0000C07F", "NaN at [1]")]
    [InlineData("<f2", "007C0000", "Infinity at [0]")]
    [InlineData("<f8", "9C7500883CE437FE0000000000000000", "-Infinity at [0]")] // -1e300, beyond float32
    public void What_is_no_number_in_float32_is_refused_with_its_place(string type, string data, string place)
    {
        var e = Assert.Throws<DataFileException>(() => LoadOf($"{{'descr': '{type}', 'fortran_order': False, 'shape': (2,), }}", Convert.FromHexString(data)));
        Assert.Contains($"x.npy' has {place}.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fortran_order_of_float64_in_big_endian_as_numpy_saved_it()
    {
        // np.save of np.asfortranarray(np.array([[[1.5, -2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 1e-3]]], '>f8')).
        NpyArray read = LoadOf(
            "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3, 2), }",
            Convert.FromBase64String("P/gAAAAAAABAHAAAAAAAAEAIAAAAAAAAQCIAAAAAAABAFAAAAAAAAEAmAAAAAAAAwAAAAAAAAABAIAAAAAAAAEAQAAAAAAAAQCQAAAAAAABAGAAAAAAAAD9QYk3S8an8"));
        Assert.Equal([2, 3, 2], read.Shape);
        Assert.Equal([1.5f, -2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1e-3f], read.Values);
    }

    // np.savez_compressed of x = np.array([[-250, 50], [-150, 150], [-50, 250]], '>i2', order='F') and y = np.array([0, 1, 2]).
    internal const string Archive =
        "UEsDBBQAAAAIAAAAIQBGZP4BUgAAAIwAAAAFABQAeC5ucHkBABAAjAAAAAAAAABSAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaSuo6Cell9UUpSYF59flJIK"
        + "Eg8pKk0FChdnJBakArkaxjoKRpo6CrUK5AMutv9Z/8/9N2KYxvCLAQBQSwMEFAAAAAgAAAAhAPdAEupMAAAAmAAAAAUAFAB5Lm5weQEAEACYAAAAAAAAAEwAAAAAAAAA"
        + "m+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaxjqaOgq1ChQALgYoYITSTFAaAFBLAQIUAxQAAAAIAAAAIQBGZP4B"
        + "UgAAAIwAAAAFAAAAAAAAAAAAAACAAQAAAAB4Lm5weVBLAQIUAxQAAAAIAAAAIQD3QBLqTAAAAJgAAAAFAAAAAAAAAAAAAACAAYkAAAB5Lm5weVBLBQYAAAAAAgACAGYA"
        + "AAAMAQAAAAA=";

    [Fact]
    public void An_archive_gives_the_array_that_is_named()
    {
        byte[] archive = Convert.FromBase64String(Archive);
        File.WriteAllBytes(PathOf("a.npz"), archive);
        NpyArray x = NpyFile.Load(PathOf("a.npz"), "x");
        Assert.Equal([3, 2], x.Shape);
        Assert.Equal([-250, 50, -150, 150, -50, 250], x.Values);
        Assert.Equal([0, 1, 2], NpyFile.Load(PathOf("a.npz"), "y").Values);
        var e = Assert.Throws<DataFileException>(() => NpyFile.Load(PathOf("a.npz")));
        Assert.Contains("holds 2 arrays: x, y. Expected: one, or the name of one.", e.Message, StringComparison.Ordinal);
        Assert.Contains("'z' among them", Assert.Throws<DataFileException>(() => NpyFile.Load(PathOf("a.npz"), "z")).Message, StringComparison.Ordinal);

        for (int length = 2; length < archive.Length; length += 7)
        {
            File.WriteAllBytes(PathOf("a.npz"), archive[..length]);
            Assert.Throws<DataFileException>(() => NpyFile.Load(PathOf("a.npz"), "x"));
        }
    }

    [Fact]
    public void An_archive_of_one_array_needs_no_name()
    {
        // np.savez of np.array([0.1, 65504], '<f2').
        File.WriteAllBytes(PathOf("one.npz"), Convert.FromBase64String(
            "UEsDBBQAAAAAAAAAIQBqXX7BhAAAAIQAAAAJABQAYXJyXzAubnB5AQAQAIQAAAAAAAAAhAAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc8ZjInLCAnZm9y"
            + "dHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg"
            + "ICAgICAgCmYu/3tQSwECFAMUAAAAAAAAACEAal1+wYQAAACEAAAACQAAAAAAAAAAAAAAgAEAAAAAYXJyXzAubnB5UEsFBgAAAAABAAEANwAAAL8AAAAAAA=="));
        Assert.Equal([0.099975586f, 65504], NpyFile.Load(PathOf("one.npz")).Values);
    }

    private NpyArray LoadOf(string header, byte[] data)
    {
        byte[] text = Encoding.ASCII.GetBytes(header + "\n");
        File.WriteAllBytes(PathOf("x.npy"), [0x93, .. "NUMPY"u8, 2, 0, (byte)text.Length, 0, 0, 0, .. text, .. data]);
        return NpyFile.Load(PathOf("x.npy"));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static Process StartPython(string python, string code)
    {
        Assert.SkipUnless(File.Exists(python), "there is no Python");
        return Process.Start(new ProcessStartInfo(python, ["-c", "import sys\ntry:\n    import numpy\nexcept ImportError:\n    sys.exit(99)\n" + code]) { RedirectStandardOutput = true })!;
    }
}
