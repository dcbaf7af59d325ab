using System.Diagnostics;

namespace AdvLib.Mpi.Tests;

/// <summary>The binding, on every MPI that is installed.</summary>
[Collection(nameof(Launcher))]
public sealed class MpiJobTests
{
    public static MatrixTheoryData<string, int> Jobs => Launcher.NamesAndRanks;

    [Theory]
    [MemberData(nameof(Jobs))]
    public async Task Every_call_gives_what_it_should(string implementation, int ranks)
    {
        (int code, string output, string error) = await Launcher.Require(implementation).Run(AppContext.BaseDirectory, ranks, "TestChild.dll", "ranks");
        Assert.True(code == 0, output + error);
        string[] said = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Split('|');
        Assert.Equal(implementation == "Open MPI" ? "OpenMpi" : "Mpich", said[0]);
        Assert.StartsWith(implementation, said[1], StringComparison.Ordinal);
        Assert.Equal($"rank 0 of {ranks}", said[2]);
        Assert.Equal(ranks > 1, bool.Parse(said[3]));
    }

    [Fact]
    public async Task Without_a_launcher_it_is_a_job_of_one_and_without_a_library_it_says_how_to_install_one()
    {
        (int code, string output, string error) = await Alone(null);
        Assert.True(code is 0 or 3, output + error);
        if (code == 0)
            Assert.Contains("rank 0 of 1|False", output, StringComparison.Ordinal);

        (code, _, error) = await Alone("/nowhere/libmpi.so");
        Assert.Equal(3, code);
        Assert.Contains("ADVLIB_MPI is '/nowhere/libmpi.so', which is no MPI library", error, StringComparison.Ordinal);
        (code, _, error) = await Alone("libc.so.6");
        Assert.Equal(3, code);
    }

    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE", "MPICH", "libmpich.so.12")]
    [InlineData("PMI_SIZE", "Open MPI", "libmpi.so.40")]
    public async Task A_library_that_is_not_the_launchers_is_noticed(string variable, string other, string library)
    {
        Launcher.Require(other);
        (int code, string output, string error) = await Alone(library, variable);
        Assert.True(code == 3, output + error);
        Assert.Contains($"2 processes were started, and {library} ({other}", error, StringComparison.Ordinal);
        Assert.Contains("sees 1", error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> Alone(string? library, string? launcher = null)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TestChild.dll"), "ranks"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (library is not null)
            start.Environment["ADVLIB_MPI"] = library;
        if (launcher is not null)
            start.Environment[launcher] = "2";
        return Launcher.Finish(Process.Start(start)!);
    }
}
