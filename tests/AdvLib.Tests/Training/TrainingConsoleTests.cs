// A run without a cancellation token is what most callers start, and what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

[Collection(nameof(ProcessState))]
public sealed class TrainingConsoleTests
{
    private static readonly EpochResult Epoch = new(3, 0.12345, 0.98765, 0.0405, 0.5, 12.34);

    [Fact]
    public void An_epoch_is_a_line_with_invariant_numbers()
    {
        Assert.Equal("epoch  3/20  loss 0.1235  accuracy 98.77%  val loss 0.0405  val accuracy 50.00%  12.3 s\n", Written(new TrainingConsole(), Finished(Epoch)));
        Assert.Equal("epoch  3/20  loss 0.1235  accuracy 98.77%  12.3 s\n", Written(new TrainingConsole(), Finished(Epoch with { ValidationLoss = null, ValidationAccuracy = null })));
    }

    [Fact]
    public void Steps_are_not_printed() => Assert.Equal("", Written(new TrainingConsole(), Finished(Epoch) with { Finished = null }));

    [Fact]
    public void A_trainer_without_a_sink_prints_a_line_an_epoch()
    {
        string text = Console(() => new Trainer(Toy.Model(), new Sgd()).Fit(Toy.Set(20), epochs: 3, batchSize: 5, validation: Toy.Set(10)));
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        for (int i = 0; i < 3; i++)
            Assert.Matches($@"^epoch  {i + 1}/3  loss \d+\.\d{{4}}  accuracy \d+\.\d\d%  val loss \d+\.\d{{4}}  val accuracy \d+\.\d\d%  \d+\.\d s$", lines[i]);
    }

    [Fact]
    public void A_host_may_put_a_sink_of_its_own_in_its_place()
    {
        IProgress<TrainingProgress> before = TrainingConsole.Default;
        var log = new ProgressLog();
        try
        {
            TrainingConsole.Default = log;
            Assert.Equal("", Console(() => new Trainer(Toy.Model(), new Sgd()).Fit(Toy.Set(20), epochs: 1, batchSize: 10)));
        }
        finally
        {
            TrainingConsole.Default = before;
        }

        Assert.Equal(3, log.Reports.Count);
    }

    private static TrainingProgress Finished(EpochResult epoch) => new(3, 20, 5, 5, 0.1, 0.9, 1000, TimeSpan.FromSeconds(9), epoch);

    private static string Written(TrainingConsole console, TrainingProgress report) => Console(() => console.Report(report));

    private static string Console(Action action)
    {
        TextWriter before = System.Console.Out;
        using var written = new StringWriter();
        try
        {
            System.Console.SetOut(written);
            return ProcessState.InGerman(() =>
            {
                action();
                return written.ToString().ReplaceLineEndings("\n");
            });
        }
        finally
        {
            System.Console.SetOut(before);
        }
    }
}
