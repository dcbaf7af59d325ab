using System.Text.RegularExpressions;

namespace AdvLib.Tests;

/// <summary>Compares text with a file under Display/Snapshots. It never updates the file: that is for a person who has looked.</summary>
internal static partial class Snapshot
{
    public static void Match(string name, string actual)
    {
        // Compressed bytes may differ between runtimes, pixels may not.
        actual = DataUri().Replace(actual, match => PngReader.Read(Convert.FromBase64String(match.Groups[1].Value)).ToString()) + "\n";
        string expected = Path.Combine(Root(), "tests", "AdvLib.Tests", "Display", "Snapshots", name);
        if (File.Exists(expected) && File.ReadAllText(expected).ReplaceLineEndings("\n") == actual)
            return;
        string received = Path.Combine(AppContext.BaseDirectory, "Snapshots", Path.GetFileNameWithoutExtension(name) + ".received" + Path.GetExtension(name));
        Directory.CreateDirectory(Path.GetDirectoryName(received)!);
        File.WriteAllText(received, actual);
        Assert.Fail($"Differs from Display/Snapshots/{name}. Look at {received}; if it is right, copy it there.");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AdvNotebooks.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above the tests holds AdvNotebooks.sln.");
    }

    [GeneratedRegex("data:image/png;base64,([^\"]+)")]
    private static partial Regex DataUri();
}
