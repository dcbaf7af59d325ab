using System.CommandLine;
using AdvLib.Numerics;
using AdvNotebooks.Cli.Benchmarks;

namespace AdvNotebooks.Cli.Commands;

/// <summary><c>advnb first-step</c>: loads the data, trains one step and says so. Hidden; <c>advnb bench</c> starts it and waits for the line.</summary>
internal static class FirstStepCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "first-step";

    /// <summary>Makes the command.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var threads = new Argument<int>("threads") { Description = "Threads to compute on." };
        var command = new Command(Name, "Trains one step for advnb bench.") { threads };
        command.Hidden = true;
        command.SetAction(parsed => Run(parsed.GetRequiredValue(threads)));
        return command;
    }

    private static int Run(int threads)
    {
        Dataset data = BenchmarkData.Load();
        Sequential model = SimpleCnn.Create(data.Train.Shape, data.Train.Classes, seed: 42, team: new ThreadTeam(threads));
        Batch batch = new ShuffledBatches(data.Train, batchSize: 64, seed: 42).Next();
        model.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, new Adam());
        Console.WriteLine(data.Name);
        return ExitCode.Success;
    }
}
