using System.Diagnostics;
using TestChild;

namespace AdvLib.Tests;

/// <summary>Training in a process of its own that is killed (SIGKILL: it can do nothing about it) again and again.</summary>
public sealed class KilledTrainingTests
{
    private const int Kills = 20;

    [Fact]
    public async Task Killed_at_twenty_random_moments_it_loses_nothing_and_ends_with_the_same_bits()
    {
        using var folder = new TempFolder();
        var checkpoints = new Checkpoints(folder["run"]);
        var random = new Random(20);
        int duringAWrite = 0;
        long before = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using Process child = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TestChild.dll"), "train", folder["run"]]) { RedirectStandardOutput = true })!;
            for (int step = random.Next(1, 8); step > 0; step--)
                Assert.Equal("stepped", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            await Task.Delay(random.Next(12), TestContext.Current.CancellationToken);
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            // Every file with a checkpoint's name is complete, and none is older than what was there before.
            Assert.All(checkpoints.Files(), path => Assert.NotEmpty(Checkpoints.Load(path).Arrays));
            long newest = checkpoints.Files() is [.., var path] ? long.Parse(Path.GetFileName(path).AsSpan(14, 10), null) : 0;
            Assert.InRange(newest, before, SavedRun.Epochs * SavedRun.StepsPerEpoch);
            before = newest;
            duringAWrite += Directory.Exists(folder["run"]) && Directory.GetFiles(folder["run"], "*.tmp").Length > 0 ? 1 : 0;
        }

        Assert.InRange(before, 1, SavedRun.Epochs * SavedRun.StepsPerEpoch - 1);
        Assert.InRange(duringAWrite, 1, Kills);

        var resumed = new SavedRun(folder["run"]);
        TrainingHistory history = resumed.Train(resume: true);
        var whole = new SavedRun(folder: null);
        TrainingHistory expected = whole.Train();
        Assert.Equal(TestNetworks.AllWeights(whole.Model), TestNetworks.AllWeights(resumed.Model));
        Assert.Equal(expected.Epochs.Select(epoch => epoch with { Seconds = 0 }), history.Epochs.Select(epoch => epoch with { Seconds = 0 }));
        Assert.Empty(Directory.GetFiles(folder["run"], "*.tmp"));
    }
}
