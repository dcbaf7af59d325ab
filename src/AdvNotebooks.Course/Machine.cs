using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>What a run card says about where it was made.</summary>
public static class Machine
{
    private const string LinuxProcessors = "/proc/cpuinfo";

    /// <summary>The processor's name, or its architecture where the system does not tell.</summary>
    public static string Processor
    {
        get
        {
            string? name = File.Exists(LinuxProcessors)
                ? File.ReadLines(LinuxProcessors)
                    .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
            return $"{name ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores";
        }
    }

    /// <summary>The checkout's commit, read from git's own files; null when there is none.</summary>
    /// <param name="root">The checkout's folder; null for none.</param>
    /// <returns>The commit's hash in hexadecimal digits, or null.</returns>
    public static string? Commit(string? root)
    {
        string head = Path.Combine(root ?? "", ".git", "HEAD");
        if (root is null || !File.Exists(head))
            return null;
        string text = File.ReadAllText(head).Trim();
        if (!text.StartsWith("ref: ", StringComparison.Ordinal))
            return text;
        string branch = text["ref: ".Length..];
        string loose = Path.Combine(root, ".git", branch);
        if (File.Exists(loose))
            return File.ReadAllText(loose).Trim();
        string packed = Path.Combine(root, ".git", "packed-refs");
        return File.Exists(packed)
            ? File.ReadLines(packed).FirstOrDefault(line => line.EndsWith($" {branch}", StringComparison.Ordinal))?.Split(' ')[0]
            : null;
    }
}
