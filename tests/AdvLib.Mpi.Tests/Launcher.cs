using System.Diagnostics;
using System.Globalization;

namespace AdvLib.Mpi.Tests;

/// <summary>
/// An MPI that may be installed, and how its launcher wants to be called. Tests that start jobs are one collection: two jobs at a time would wait for each other.
/// </summary>
/// <param name="name">Debian's name of the launcher.</param>
/// <param name="options">Options that let it start more ranks than there are cores, and as root.</param>
internal sealed class Launcher(string name, params string[] options)
{
    // A job that hangs must fail its test.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Both may be installed beside each other; a bare mpirun is one of them.
    private static readonly Dictionary<string, Launcher> Known = new()
    {
        // Four ranks on two cores would wait for each other in loops.
        ["Open MPI"] = new("mpirun.openmpi", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1"),
        ["MPICH"] = new("mpirun.mpich"),
    };

    public static TheoryData<string> Names => [.. Known.Keys];

    public static MatrixTheoryData<string, int> NamesAndRanks => new([.. Known.Keys], [1, 2, 4]);

    /// <summary>An installed launcher; skips the test where there is none.</summary>
    public static Launcher Require(string implementation)
    {
        Launcher launcher = Known[implementation];
        if (Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).All(folder => !File.Exists(Path.Combine(folder, launcher.Name))))
            Assert.Skip($"{implementation} is not there: no {launcher.Name}. `apt install openmpi-bin mpich` installs both.");
        return launcher;
    }

    public string Name => name;

    /// <summary>Starts a built program of this folder on some ranks.</summary>
    public Process Start(string folder, IEnumerable<string> more, int ranks, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, [.. options, .. more, "-np", ranks.ToString(CultureInfo.InvariantCulture), "dotnet", Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        // MPICH's ranks wait in loops too, and let others have the core from time to time.
        start.Environment["MPIR_CVAR_POLLS_BEFORE_YIELD"] = "1";
        // Open MPI's ranks believe to write to a terminal.
        start.Environment["TERM"] = "dumb";
        // Where the tests themselves were started by a launcher.
        foreach (string variable in start.Environment.Keys.Where(key => key.StartsWith("PMI", StringComparison.Ordinal) || key.StartsWith("OMPI_COMM", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(variable);
        return Process.Start(start)!;
    }

    /// <summary>Runs a program to its end.</summary>
    public Task<(int ExitCode, string Output, string Error)> Run(string folder, int ranks, string program, params string[] arguments) =>
        Finish(Start(folder, [], ranks, program, arguments));

    /// <summary>Waits for the end of a job.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Finish(Process process)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using Process job = process;
        try
        {
            Task<string> error = job.StandardError.ReadToEndAsync(patience.Token);
            string output = await job.StandardOutput.ReadToEndAsync(patience.Token);
            await job.WaitForExitAsync(patience.Token);
            return (job.ExitCode, output, await error);
        }
        catch (OperationCanceledException)
        {
            job.Kill(entireProcessTree: true);
            throw;
        }
    }
}
