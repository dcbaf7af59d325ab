namespace AdvNotebooks.Tests;

/// <summary>A folder for a test's files, removed when the test ends.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "advnb-tests", Guid.NewGuid().ToString("N"));

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return File(name);
    }

    /// <summary>The setup.csx that a build writes, for a copy of the course's libraries of this folder's own.</summary>
    /// <param name="folder">Where in this folder.</param>
    public void WriteSetup(string folder = "")
    {
        Directory.CreateDirectory(File(folder));
        var lines = new List<string>();
        foreach (string library in ((string[])["AdvLib*.dll", "AdvNotebooks.Course.dll"]).SelectMany(name => Directory.GetFiles(AppContext.BaseDirectory, name)))
        {
            string copy = System.IO.Path.Combine(File(folder), System.IO.Path.GetFileName(library));
            System.IO.File.Copy(library, copy);
            lines.Add($"#r \"{copy}\"\n");
        }

        Write(System.IO.Path.Combine(folder, "setup.csx"), $"{string.Concat(lines)}using AdvLib;\n");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
