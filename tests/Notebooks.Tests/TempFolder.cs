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

    /// <summary>The setup.csx that building AdvLib writes, for a copy of AdvLib of this folder's own.</summary>
    /// <param name="folder">Where in this folder.</param>
    public void WriteSetup(string folder = "")
    {
        Directory.CreateDirectory(File(folder));
        string library = System.IO.Path.Combine(File(folder), "AdvLib.dll");
        System.IO.File.Copy(typeof(AdvLib.Shape).Assembly.Location, library);
        Write(System.IO.Path.Combine(folder, "setup.csx"), $"#r \"{library}\"\nusing AdvLib;\n");
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
