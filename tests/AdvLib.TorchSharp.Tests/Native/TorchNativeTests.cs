using System.Runtime.InteropServices;
using AdvLib.Native;

namespace AdvLib.TorchSharp.Tests.Native;

/// <summary>How TorchSharp's library is made to load, and where that is refused.</summary>
public sealed class TorchNativeTests
{
    private const string Cxx = "libstdc++.so.6";

    [Fact]
    public void Preparing_again_does_nothing_and_says_the_same()
    {
        Assert.Equal(TorchSetup.Message, TorchNative.Prepare());
        Assert.StartsWith("TorchSharp 0.107.0 is used ", TorchSetup.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', TorchSetup.Message);
    }

    [Fact]
    public void The_only_libtorch_in_the_process_is_that_of_the_package()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux lists what a process has loaded");
        string[] loaded = [.. File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1])
            .Where(path => Path.GetFileName(path).StartsWith("libtorch_cpu", StringComparison.Ordinal)).Distinct()];
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "libtorch_cpu.so"), Assert.Single(loaded));
    }

    [Fact]
    public void A_second_libtorch_is_refused_and_the_same_one_under_another_path_is_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux lists what a process has loaded");
        const string Name = "libtorch_cpu.so";
        string loaded = Path.Combine(AppContext.BaseDirectory, Name);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("advlib-torch-");
        try
        {
            TorchNative.RequireNoOther(loaded);
            string link = Path.Combine(folder.FullName, "link");
            Directory.CreateSymbolicLink(link, AppContext.BaseDirectory);
            TorchNative.RequireNoOther(Path.Combine(link, Name));

            string another = Path.Combine(folder.FullName, Name);
            File.WriteAllBytes(another, []);
            var refused = Assert.Throws<TorchUnavailableException>(() => TorchNative.RequireNoOther(another));
            Assert.Contains($"loaded {loaded}, and is to load {another}.", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(1, NewerCxx.MarkerVersion)]
    [InlineData(2, NewerCxx.MarkerVersion, NewerCxx.WaitVersion)]
    public void The_copy_of_the_real_library_asks_for_the_missing_versions_no_more_and_differs_in_nothing_else(
        int symbols, params string[] lacking)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "the library of x64 Linux");
        byte[] image = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so"));
        var elf = new ElfImage(image);
        NeededVersion[] missing = [.. elf.Needed.Where(need => lacking.Contains(need.Name))];
        byte[]? copy = NewerCxx.Spare(image, elf, missing);
        Assert.NotNull(copy);
        Assert.Equal(image.Length, copy.Length);
        Assert.All(missing, version => Assert.Equal(2, copy[version.FlagsOffset]));
        Assert.Equal(missing.Length + symbols, Enumerable.Range(0, image.Length).Count(i => image[i] != copy[i]));

        var mended = new ElfImage(copy);
        NeededVersion Of(string name) => elf.Needed.Single(need => need.Name == name);
        DynamicSymbol marker = Assert.Single(mended.SymbolsOf(Of(NewerCxx.MarkerVersion).Index));
        Assert.Equal(0x22, copy[marker.InfoOffset]);
        Assert.Equal(lacking.Contains(NewerCxx.WaitVersion),
            mended.SymbolsOf(Of(NewerCxx.FirstWaitVersion).Index).Any(symbol => symbol.Name == NewerCxx.Wait));
    }

    [Fact]
    public void A_library_that_lacks_the_marker_alone_is_mended()
    {
        byte[] library = Needing().Symbol(NewerCxx.Marker, 3).Symbol("_ZNSt18condition_variable4waitEv", 2).ToArray();
        byte[] copy = TorchNative.Mend("lib.so", library, Having("GLIBCXX_3.4.29", "GLIBCXX_3.4.30"));
        Assert.Equal(2, Enumerable.Range(0, copy.Length).Count(i => copy[i] != library[i]));
    }

    [Fact]
    public void Waiting_is_asked_of_its_first_version_where_the_library_asks_for_that_one_too()
    {
        byte[] both = new ElfWriter().Need(Cxx, NewerCxx.WaitVersion, NewerCxx.FirstWaitVersion).Symbol(NewerCxx.Wait, 2).ToArray();
        var copy = new ElfImage(TorchNative.Mend("lib.so", both, Having(NewerCxx.FirstWaitVersion)));
        Assert.Empty(copy.SymbolsOf(2));
        Assert.Equal(NewerCxx.Wait, Assert.Single(copy.SymbolsOf(3)).Name);
        byte[] second = new ElfWriter().Need(Cxx, NewerCxx.WaitVersion).Symbol(NewerCxx.Wait, 2).ToArray();
        Assert.Throws<TorchUnavailableException>(() => TorchNative.Mend("lib.so", second, Having(NewerCxx.FirstWaitVersion)));
    }

    [Fact]
    public void Where_more_is_missing_the_error_names_both_versions_and_a_remedy()
    {
        byte[] library = Needing().Symbol(NewerCxx.Marker, 3).Symbol("_ZNSt18condition_variable4waitEv", 2).ToArray();
        string message = Assert.Throws<TorchUnavailableException>(() =>
            TorchNative.Mend("lib.so", library, Having("GLIBCXX_3.4.9", "GLIBCXX_3.4.29"))).Message;
        const string Found = "lib.so needs GLIBCXX_3.4.30 of libstdc++.so.6 and GLIBCXX_3.4.32 of libstdc++.so.6, which this system lacks; ";
        Assert.StartsWith(Found + "its C++ library ends at GLIBCXX_3.4.29.", message, StringComparison.Ordinal);
        Assert.Contains("built-in engine", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_uses_more_of_that_version_is_not_touched()
    {
        byte[] another = Needing().Symbol(NewerCxx.Marker, 3).Symbol("_ZSt4newxv", 3).ToArray();
        Assert.Throws<TorchUnavailableException>(() => TorchNative.Mend("lib.so", another, Having("GLIBCXX_3.4.30")));
        byte[] own = Needing().Symbol(NewerCxx.Marker, 3, undefined: false).ToArray();
        Assert.Throws<TorchUnavailableException>(() => TorchNative.Mend("lib.so", own, Having("GLIBCXX_3.4.30")));
        byte[] unused = Needing().ToArray();
        Assert.Throws<TorchUnavailableException>(() => TorchNative.Mend("lib.so", unused, Having("GLIBCXX_3.4.30")));
    }

    [Fact]
    public void What_needs_nothing_that_is_missing_is_not_touched_either() =>
        Assert.Throws<TorchUnavailableException>(() =>
            TorchNative.Mend("lib.so", Needing().Symbol(NewerCxx.Marker, 3).ToArray(), Having("GLIBCXX_3.4.30", "GLIBCXX_3.4.32")));

    [Fact]
    public void All_versions_of_an_image_are_read()
    {
        var elf = new ElfImage(new ElfWriter().Need("liba.so", "A_1", "A_2").Need("libb.so", "B_1").Define("C_1", "C_2").Symbol("one", 3)
            .Symbol("two", 0x8003).Symbol("three", 4).ToArray());
        Assert.Equal(["A_1 of liba.so", "A_2 of liba.so", "B_1 of libb.so"], elf.Needed.Select(need => need.ToString()));
        Assert.Equal([2, 3, 4], elf.Needed.Select(need => need.Index));
        Assert.Equal(["C_1", "C_2"], elf.Defined.Order());
        Assert.Equal(["one", "two"], elf.SymbolsOf(3).Select(symbol => symbol.Name));
    }

    [Fact]
    public void Damaged_images_give_one_exception_and_nothing_else()
    {
        byte[] sound = Needing().Need("libc.so.6", "GLIBC_2.34").Define("X_1", "X_2").Symbol(NewerCxx.Marker, 3).Symbol("x", 2).ToArray();
        var random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] damaged = sound[..(random.Next(4) == 0 ? random.Next(sound.Length) : sound.Length)];
            for (int change = random.Next(1, 4); change > 0 && damaged.Length > 0; change--)
                damaged[random.Next(damaged.Length)] = random.Next(3) switch { 0 => 255, 1 => 0, _ => (byte)random.Next(256) };
            try
            {
                var elf = new ElfImage(damaged);
                NewerCxx.Spare(damaged, elf, elf.Needed);
            }
            catch (BadImageFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 5_000, 19_999);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MZ, a library of another system, which is long enough for a header of sixty-four bytes")]
    public void Other_files_are_refused(string content) =>
        Assert.Throws<BadImageFormatException>(() => new ElfImage(System.Text.Encoding.ASCII.GetBytes(content)));

    // Numbers 2 and 3.
    private static ElfWriter Needing() => new ElfWriter().Need(Cxx, "GLIBCXX_3.4.30", NewerCxx.MarkerVersion);

    private static Func<string, ElfImage?> Having(params string[] versions) => name => name == Cxx
        ? new ElfImage(new ElfWriter().Define(versions).ToArray()) : null;
}
