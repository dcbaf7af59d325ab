using System.Diagnostics;

namespace AdvNotebooks.Cli.Processes;

/// <summary>This program, to be started again in a process of its own.</summary>
internal static class ThisProgram
{
    /// <summary>What to type to start it: its name, or what the README says where it runs as the repository builds it.</summary>
    /// <param name="repository">The repository's folder; null outside of one.</param>
    /// <returns>The beginning of a command line.</returns>
    public static string Typed(string? repository)
    {
        if (repository is null)
            return "advnb";
        string project = Path.Combine(repository, "src", "AdvNotebooks.Cli");
        return AppContext.BaseDirectory.StartsWith(project + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? $"dotnet run --project {Path.GetRelativePath(Environment.CurrentDirectory, project)} --"
            : "advnb";
    }

    /// <summary>How to start it: as an executable of its own, or as a library that the dotnet host runs.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The program and all arguments.</returns>
    public static ProcessStartInfo With(params string[] arguments)
    {
        string assembly = typeof(ThisProgram).Assembly.Location;
        string current = Environment.ProcessPath ?? "dotnet";
        string name = Path.GetFileNameWithoutExtension(current);
        if (name == Path.GetFileNameWithoutExtension(assembly))
            return new ProcessStartInfo(current, arguments);
        return new ProcessStartInfo(name == "dotnet" ? current : "dotnet", [assembly, .. arguments]);
    }
}
