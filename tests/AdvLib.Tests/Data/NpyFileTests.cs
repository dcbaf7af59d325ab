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
        using Process process = StartPython(Python, $"import numpy as np; x = np.load(r'{PathOf("images.npy")}'); print(x.shape, x.dtype); np.save(r'{PathOf("back.npy")}', x + 1)");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == 99, "numpy is not installed");
        Assert.Equal("(3, 2, 3, 1) float32", output.Trim());
        Assert.Equal(NpyFile.Load(PathOf("images.npy")).Values.Select(value => value + 1), NpyFile.Load(PathOf("back.npy")).Values);
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 8, "the header {'descr': '<f8'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4, "the header {'descr': '|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4, "the header")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4, "4 bytes of data. Expected: 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 9, "9 bytes of data. Expected: 4")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999, 99999), }", 4, "the shape (99999, 99999)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999), }", 4, "the shape (99999999999)")]
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

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static Process StartPython(string python, string code)
    {
        Assert.SkipUnless(File.Exists(python), "there is no Python");
        return Process.Start(new ProcessStartInfo(python, ["-c", "import sys\ntry:\n    import numpy\nexcept ImportError:\n    sys.exit(99)\n" + code]) { RedirectStandardOutput = true })!;
    }
}
