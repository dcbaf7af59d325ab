// A run without a cancellation token is what most callers start, and what these tests are about.
#pragma warning disable xUnit1051

using System.Reflection;
using AdvLib;

namespace AdvNotebooks.Tests.Hosts;

/// <summary>Training progress in hosts that let an output be replaced, and in those that do not. .NET Interactive itself is in Notebooks.Interactive.Tests.</summary>
[Collection(ConsoleTests.Name)]
public sealed class LiveTrainingTests
{
    private const int Epochs = 3;

    [Fact]
    public void In_a_host_one_output_is_updated_and_nothing_printed()
    {
        var host = new Host();
        Assert.Equal("", In(host, () => Train()));
        Assert.True(host.Shown.Count >= 1 + Epochs, $"{host.Shown.Count} displays");
        Assert.Contains("<progress value=", host.Shown[0].ToHtml(), StringComparison.Ordinal);
        Assert.Contains("epoch 1/3, step 1/4, loss ", host.Shown[0].ToHtml(), StringComparison.Ordinal);
        // In the end one row an epoch.
        string last = host.Shown[^1].ToHtml();
        Assert.Equal(Epochs, last.Split("<th scope=\"row\"").Length - 1);
        Assert.DoesNotContain("<progress", last, StringComparison.Ordinal);
        Assert.Contains("3 epochs, ", last, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_fails_costs_only_its_display()
    {
        Assert.Equal(2, Lines(In(new Host { Lasts = 2 }, () => Train())));
        Assert.Equal(Epochs, Lines(In(new Host { Lasts = 0 }, () => Train())));
    }

    [Fact]
    public void A_run_that_is_stopped_says_what_is_kept()
    {
        using var stop = new CancellationTokenSource();
        var host = new Host { Stop = stop.Token };
        host.OnShow = () =>
        {
            if (host.Shown.Count == 2)
                stop.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => In(host, () => Train()));
        Assert.Contains("stopped in epoch 1/3", host.Shown[^1].ToString(), StringComparison.Ordinal);
        Assert.Contains("the network keeps what it has learned", host.Shown[^1].ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<progress", host.Shown[^1].ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void In_ClrKernel_one_cell_is_updated_and_nothing_printed()
    {
        var shown = new List<object>();
        var listener = (AsyncLocal<List<object>>)FakeHost.ClrKernel.GetType("ClrKernel.Core.Primitives.DisplayValues")!.GetField("Listener", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
        listener.Value = shown;
        Assert.Equal("", In(FoundClrKernel(), () => Train()));
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
        var host = new Host();
        var given = new CountingProgress();
        Assert.Equal("", In(host, () => Train(given)));
        Assert.Equal(Epochs * 5, given.Reports);
        IProgress<TrainingProgress> before = TrainingConsole.Default;
        try
        {
            TrainingConsole.Default = given;
            Assert.Equal("", In(host, () => Train()));
        }
        finally
        {
            TrainingConsole.Default = before;
        }

        Assert.Equal(2 * Epochs * 5, given.Reports);
        Assert.Empty(host.Shown);
    }

    [Fact]
    public void Other_work_that_takes_long_is_one_output_too()
    {
        var host = new Host();
        ImageSet images = SyntheticDigits.Create(40, 7, RandomPurpose.TrainDigits);
        var model = new Sequential(images.Shape, 1, new Flatten(), new Dense(10), new Softmax());
        // However slow the machine is.
        Work.Host = new WorkHost(null, CancellationToken.None) { Unseen = TimeSpan.FromDays(1) };
        In(host, () => Evaluation.Of(model, images));
        Assert.Empty(host.Shown);
        Work.Host = Work.Host with { Unseen = TimeSpan.Zero, Interval = TimeSpan.Zero };
        In(host, () => EpsilonSweep.Of(model, images, epsilon => new Fgsm(epsilon), 0f, 0.1f));
        Assert.Contains("<progress value=", host.Shown[0].ToHtml(), StringComparison.Ordinal);
        Assert.Contains("sweep over 2 epsilons", host.Shown[0].ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<progress", host.Shown[^1].ToHtml(), StringComparison.Ordinal);
        Assert.EndsWith(" s</p>", host.Shown[^1].ToHtml(), StringComparison.Ordinal);
    }

    // As the library finds it when it is loaded.
    private static INotebookHost? FoundClrKernel() =>
        (INotebookHost?)typeof(NotebookHost).Assembly.GetType("AdvLib.ClrKernelHost", throwOnError: true)!.GetMethod("Find")!.Invoke(null, null);

    private static T In<T>(INotebookHost? host, Func<T> run)
    {
        try
        {
            NotebookHost.Bind(host);
            return run();
        }
        finally
        {
            NotebookHost.Bind(null);
        }
    }

    private static int Lines(string printed) => printed.Split('\n').Count(line => line.StartsWith("epoch ", StringComparison.Ordinal));

    // What a run of three epochs of four steps prints.
    private static string Train(IProgress<TrainingProgress>? progress = null)
    {
        ImageSet images = SyntheticDigits.Create(40, 7, RandomPurpose.TrainDigits);
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

    // A host of which only so many outputs last.
    private sealed class Host : INotebookHost
    {
        public List<IVisual> Shown { get; } = [];

        public int Lasts { get; init; } = int.MaxValue;

        public Action OnShow { get; set; } = () => { };

        public CancellationToken Stop { get; init; }

        public void Attach()
        {
        }

        public Func<IVisual, bool>? Show(IVisual visual) => Add(visual) ? Add : null;

        private bool Add(IVisual visual)
        {
            if (Shown.Count == Lasts)
                return false;
            Shown.Add(visual);
            OnShow();
            return true;
        }
    }
}
