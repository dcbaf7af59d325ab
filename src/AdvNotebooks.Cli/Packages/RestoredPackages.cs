using System.Text.Json;

namespace AdvNotebooks.Cli.Packages;

/// <summary>The files of restored packages that a program on this machine uses.</summary>
/// <param name="Compile">Assemblies to compile against.</param>
/// <param name="Runtime">Assemblies to run.</param>
/// <param name="Native">Native libraries.</param>
/// <param name="Extensions">Assemblies that packages bring for .NET Interactive's kernel.</param>
internal sealed record RestoredPackages(
    IReadOnlyList<string> Compile, IReadOnlyList<string> Runtime, IReadOnlyList<string> Native, IReadOnlyList<string> Extensions)
{
    /// <summary>Reads them from the list that restoring writes.</summary>
    /// <param name="path">A <c>project.assets.json</c> of one framework and one platform.</param>
    /// <param name="platform">The platform, for example <c>linux-x64</c>.</param>
    /// <returns>The files, by full path.</returns>
    public static RestoredPackages Read(string path, string platform)
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(path));
        string[] folders = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        JsonElement libraries = assets.RootElement.GetProperty("libraries");
        JsonElement target = assets.RootElement.GetProperty("targets").EnumerateObject()
            .Single(entry => entry.Name.EndsWith("/" + platform, StringComparison.Ordinal)).Value;
        List<string> compile = [], runtime = [], native = [], extensions = [];
        foreach (JsonProperty library in target.EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package"))
        {
            string relative = libraries.GetProperty(library.Name).GetProperty("path").GetString()!;
            string folder = folders.Select(root => Path.Combine(root, relative)).First(Directory.Exists);
            compile.AddRange(Files(library.Value, "compile", folder));
            runtime.AddRange(Files(library.Value, "runtime", folder));
            native.AddRange(Files(library.Value, "native", folder));
            string extension = Path.Combine(folder, "interactive-extensions", "dotnet");
            if (Directory.Exists(extension))
                extensions.AddRange(Directory.GetFiles(extension, "*.dll"));
        }

        return new RestoredPackages(compile, runtime, native, extensions);
    }

    private static IEnumerable<string> Files(JsonElement library, string kind, string folder)
        => library.TryGetProperty(kind, out JsonElement files)
            // A package that has nothing of a kind says so with a file called _._
            ? files.EnumerateObject().Where(file => !file.Name.EndsWith("/_._", StringComparison.Ordinal))
                .Select(file => Path.GetFullPath(Path.Combine(folder, file.Name)))
            : [];
}
