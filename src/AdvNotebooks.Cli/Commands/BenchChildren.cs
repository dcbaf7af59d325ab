using System.CommandLine;
using AdvNotebooks.Benchmarks;
using AdvNotebooks.Cli.Processes;

namespace AdvNotebooks.Cli.Commands;

/// <summary>What <c>advnb bench</c> starts as processes of their own. Hidden.</summary>
internal static class BenchChildren
{
    private static readonly Argument<int> Threads = new("threads") { Description = "Threads to compute on." };
    private static readonly Argument<int> Batch = new("batch") { Description = "Images of a step, on all ranks together." };
    private static readonly Argument<int> Steps = new("steps") { Description = "Steps to time." };

    /// <summary><c>advnb first-step</c>: loads the data, trains one step and says so.</summary>
    /// <returns>The command.</returns>
    public static Command CreateFirstStep()
    {
        var command = new Command(FirstStep.Command, "Trains one step for advnb bench.") { Threads };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            FirstStep.Train(parsed.GetRequiredValue(Threads));
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary><c>advnb bench-ranks</c>: one rank of a job that <c>advnb bench --mpi</c> starts.</summary>
    /// <returns>The command.</returns>
    public static Command CreateRank()
    {
        var command = new Command(OneRank.Command, "One rank of advnb bench --mpi.") { Threads, Batch, Steps };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            OneRank.Run(parsed.GetRequiredValue(Threads), parsed.GetRequiredValue(Batch), parsed.GetRequiredValue(Steps));
            return ExitCode.Success;
        });
        return command;
    }
}
