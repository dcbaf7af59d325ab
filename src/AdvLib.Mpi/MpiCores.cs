using System.Globalization;

namespace AdvLib;

/// <summary>
/// How the ranks of a machine share its cores. A launcher may bind each rank to cores of its own (Open MPI's does, two ranks a core each);
/// what the rank may run on is its part already, and not to be divided again.
/// </summary>
internal static class MpiCores
{
    private const StringSplitOptions EachPart = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
    private const string SlurmCores = "SLURM_CPUS_ON_NODE";

    // What a launcher says to a rank, and not to itself.
    private static readonly string[] RankVariables = ["OMPI_COMM_WORLD_RANK=", "PMI_RANK=", "PMIX_RANK=", "SLURM_PROCID="];

    /// <summary>How many ranks run on each core that this one may run on.</summary>
    /// <param name="ranks">Ranks of this machine.</param>
    public static int Sharing(int ranks)
    {
        if (ranks == 1 || !OperatingSystem.IsLinux())
            return ranks;
        int own = Allowed("self");
        string? told = Environment.GetEnvironmentVariable(SlurmCores);
        int job = int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out int cores) ? cores : LaunchersCores();
        return Sharing(own, job, ranks);
    }

    /// <summary>
    /// As the numbers say it: with as many cores as the job each rank runs beside all others, with fewer beside those bound to the
    /// same.
    /// </summary>
    /// <param name="own">Cores that this rank may run on; 0 where nobody tells.</param>
    /// <param name="job">Cores of this machine that all its ranks may run on together; 0 where nobody tells.</param>
    /// <param name="ranks">Ranks of this machine.</param>
    public static int Sharing(int own, int job, int ranks) =>
        own > 0 && own < job ? Math.Clamp((int)Math.Ceiling(ranks * (double)own / job), 1, ranks) : ranks;

    /// <summary>The number of cores in a list of the kernel's.</summary>
    /// <param name="list">For example <c>0-3,8</c>.</param>
    public static int Count(string list) => list.Split(',', EachPart).Sum(range =>
    {
        int[] ends = [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return ends[^1] - ends[0] + 1;
    });

    // The nearest process above this one that is no rank: it is not bound.
    private static int LaunchersCores()
    {
        string process = "self";
        do
            process = Status(process, "PPid:");
        while (process is not ("" or "0") && IsRank(process));
        return Allowed(process);
    }

    private static int Allowed(string process) => Count(Status(process, "Cpus_allowed_list:"));

    private static bool IsRank(string process)
    {
        string[] variables = Read(process, "environ").Split('\0');
        return variables.Any(variable => RankVariables.Any(name => variable.StartsWith(name, StringComparison.Ordinal)));
    }

    private static string Status(string process, string field) =>
        Read(process, "status").Split('\n')
            .FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal))?[field.Length..].Trim() ?? "";

    // Another user's process tells nothing.
    private static string Read(string process, string file)
    {
        try
        {
            return process.Length == 0 ? "" : File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
