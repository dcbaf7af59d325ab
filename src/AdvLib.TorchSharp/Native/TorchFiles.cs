using System.Reflection;
using System.Text.RegularExpressions;

namespace AdvLib.Native;

/// <summary>Where TorchSharp's native libraries lie, as .NET's hosts place them.</summary>
/// <param name="Binding">The full path of TorchSharp's own library.</param>
/// <param name="TorchFolder">The folder of libtorch.</param>
internal sealed partial record TorchFiles(string Binding, string TorchFolder)
{
    private const string BindingName = "libLibTorchSharp.so";
    private const string TorchName = "libtorch_cpu.so";
    private const string Natives = "runtimes/linux-x64/native";

    /// <summary>Looks beside a built program, then in the packages folder that a notebook's host loads from.</summary>
    /// <param name="torchSharp">TorchSharp's assembly.</param>
    /// <returns>The files; null when they are elsewhere, or not there.</returns>
    public static TorchFiles? Find(Assembly torchSharp)
    {
        string beside = Path.GetDirectoryName(torchSharp.Location) ?? "";
        // Of an assembly in .../torchsharp/0.107.0/lib/net8.0.
        string package = Path.GetFullPath(Path.Combine(beside, "..", ".."));
        string[] hosts = [.. ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)];
        string[] folders = [.. hosts, beside, Path.Combine(beside, Natives), Path.Combine(AppContext.BaseDirectory, Natives),
            Path.Combine(package, Natives)];
        string? binding = folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, BindingName)));
        string? torch = binding is null ? null
            : ((string[])[binding, .. hosts, .. Packages(package)]).FirstOrDefault(folder => File.Exists(Path.Combine(folder, TorchName)));
        return torch is null ? null : new TorchFiles(Path.Combine(binding!, BindingName), torch);
    }

    // The version of libtorch that the package TorchSharp-cpu of TorchSharp's own version asks for.
    private static IEnumerable<string> Packages(string torchSharp)
    {
        string packages = Path.GetDirectoryName(Path.GetDirectoryName(torchSharp)) ?? "";
        string specification = Path.Combine(packages, "torchsharp-cpu", Path.GetFileName(torchSharp), "torchsharp-cpu.nuspec");
        if (File.Exists(specification) && LibTorch().Match(File.ReadAllText(specification)) is { Success: true } match)
            yield return Path.Combine(packages, "libtorch-cpu-linux-x64", match.Groups["version"].Value, Natives);
    }

    [GeneratedRegex("id=\"libtorch-cpu\" version=\"(?<version>[0-9.]+)\"")]
    private static partial Regex LibTorch();
}
