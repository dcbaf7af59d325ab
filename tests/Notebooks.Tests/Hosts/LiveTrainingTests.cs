// A run without a cancellation token is what most callers start, and what these tests are about.
#pragma warning disable xUnit1051

using System.Reflection;
using AdvLib;

namespace AdvNotebooks.Tests.Hosts;

/// <summary>Training progress in hosts that let an output be replaced, and in those that do not.</summary>
[Collection(ConsoleTests.Name)]
public sealed class LiveTrainingTests
{
    private const int Epochs = 3;

    [Fact]
    public void In_dotnet_interactive_one_output_is_updated_and_nothing_printed()
    {
        List<string> shown = FakeHost.Call<List<string>>(FakeHost.Interactive, "KernelInvocationContext", "Start", -1);
        Assert.Equal("", Train());
        Assert.True(shown.Count >= 1 + Epochs, $"{shown.Count} displays");
        Assert.Contains("<progress value=", shown[0], StringComparison.Ordinal);
        Assert.Contains("epoch 1/3, step 1/4, loss ", shown[0], StringComparison.Ordinal);
        // Markup, not a string that was escaped; in the end one row an epoch.
        Assert.StartsWith("<table", shown[^1], StringComparison.Ordinal);
        Assert.Equal(Epochs, shown[^1].Split("<th scope=\"row\"").Length - 1);
        Assert.DoesNotContain("<progress", shown[^1], StringComparison.Ordinal);
        Assert.Contains("3 epochs, ", shown[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_fails_costs_only_its_display()
    {
        FakeHost.Call<List<string>>(FakeHost.Interactive, "KernelInvocationContext", "Start", 2);
        Assert.Equal(2, Lines(Train()));
        FakeHost.Call<List<string>>(FakeHost.Interactive, "KernelInvocationContext", "Start", 0);
        Assert.Equal(Epochs, Lines(Train()));
    }

    [Fact]
    public void In_ClrKernel_one_cell_is_updated_and_nothing_printed()
    {
        var shown = new List<object>();
        var listener = (AsyncLocal<List<object>>)FakeHost.ClrKernel.GetType("ClrKernel.Core.Primitives.DisplayValues")!.GetField("Listener", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        listener.Value = shown;
        Assert.Equal("", Train());
        Assert.True(shown.Count >= 1 + Epochs, $"{shown.Count} displays");
        Assert.EndsWith(" s", shown[^1].ToString()!, StringComparison.Ordinal);
        Assert.Equal(2 + Epochs + 1, shown[^1].ToString()!.Split('\n').Length);
        Assert.Contains("<table", Assert.IsAssignableFrom<IVisual>(shown[^1]).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_an_epoch_is_a_line() => Assert.Equal(Epochs, Lines(Train()));

    [Fact]
    public void A_sink_that_was_given_or_that_the_host_has_set_is_the_only_one()
    {
        List<string> shown = FakeHost.Call<List<string>>(FakeHost.Interactive, "KernelInvocationContext", "Start", -1);
        var given = new CountingProgress();
        Assert.Equal("", Train(given));
        Assert.Equal(Epochs * 5, given.Reports);
        IProgress<TrainingProgress> before = TrainingConsole.Default;
        try
        {
            TrainingConsole.Default = given;
            Assert.Equal("", Train());
        }
        finally
        {
            TrainingConsole.Default = before;
        }

        Assert.Equal(2 * Epochs * 5, given.Reports);
        Assert.Empty(shown);
    }

    [Fact]
    public void Other_work_that_takes_long_is_one_output_too()
    {
        List<string> shown = FakeHost.Call<List<string>>(FakeHost.Interactive, "KernelInvocationContext", "Start", -1);
        ImageSet images = SyntheticDigits.Create(40, 7, AdvLib.Numerics.RandomPurpose.TrainDigits);
        var model = new Sequential(images.Shape, 1, new Flatten(), new Dense(10), new Softmax());
        // However slow the machine is.
        Work.Host = Work.Host with { Unseen = TimeSpan.FromDays(1) };
        Evaluation.Of(model, images);
        Assert.Empty(shown);
        Work.Host = Work.Host with { Unseen = TimeSpan.Zero, Interval = TimeSpan.Zero };
        EpsilonSweep.Of(model, images, epsilon => new Fgsm(epsilon), 0f, 0.1f);
        Assert.Contains("<progress value=", shown[0], StringComparison.Ordinal);
        Assert.Contains("sweep over 2 epsilons", shown[0], StringComparison.Ordinal);
        Assert.DoesNotContain("<progress", shown[^1], StringComparison.Ordinal);
        Assert.EndsWith(" s</p>", shown[^1], StringComparison.Ordinal);
    }

    private static int Lines(string printed) => printed.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal));

    // What a run of three epochs of four steps prints.
    private static string Train(IProgress<TrainingProgress>? progress = null)
    {
        ImageSet images = SyntheticDigits.Create(40, 7, AdvLib.Numerics.RandomPurpose.TrainDigits);
        var model = new Sequential(images.Shape, 1, new Flatten(), new Dense(10), new Softmax());
        TextWriter before = Console.Out;
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            new Trainer(model, new Sgd()) { Progress = progress }.Fit(images, Epochs, batchSize: 10);
        }
        finally
        {
            Console.SetOut(before);
        }

        return printed.ToString();
    }

    private sealed class CountingProgress : IProgress<TrainingProgress>
    {
        public int Reports { get; private set; }

        public void Report(TrainingProgress value) => Reports++;
    }
}
