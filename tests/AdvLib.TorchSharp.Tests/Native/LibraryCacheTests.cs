using AdvLib.Native;

namespace AdvLib.TorchSharp.Tests.Native;

/// <summary>The cache of mended libraries: by content, whole, and checked before each use.</summary>
public sealed class LibraryCacheTests : IDisposable
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];
    private readonly string _folder = Directory.CreateTempSubdirectory("advlib-cache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_library_is_written_once_and_found_again()
    {
        var cache = new LibraryCache(_folder);
        string path = cache.Install("lib.so", Content);
        DateTime written = File.GetLastWriteTimeUtc(path);
        Assert.Equal(path, cache.Install("lib.so", Content));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.NotEqual(path, cache.Install("lib.so", [1, 2, 3]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_no_longer_its_content_is_written_anew(bool sameLength)
    {
        var cache = new LibraryCache(_folder);
        string path = cache.Install("lib.so", Content);
        byte[] other = sameLength ? [.. Content.Select((value, i) => i == 5 ? (byte)(value ^ 1) : value)] : Content[..50];
        File.WriteAllBytes(path, other);
        Assert.Equal(path, cache.Install("lib.so", Content));
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Many_at_once_end_with_one_whole_file()
    {
        string[] paths = new string[16];
        Parallel.For(0, paths.Length, i => paths[i] = new LibraryCache(_folder).Install("lib.so", Content));
        string path = Assert.Single(paths.Distinct());
        Assert.Equal([path], Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        Assert.Equal(Content, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        Assert.ThrowsAny<IOException>(() => new LibraryCache(Path.Combine(_folder, "file")).Install("lib.so", Content));
        Assert.Equal(["file"], Directory.GetFileSystemEntries(_folder).Select(Path.GetFileName));
    }
}
