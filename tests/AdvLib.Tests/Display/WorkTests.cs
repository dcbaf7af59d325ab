namespace AdvLib.Tests;

public sealed class WorkTests
{
    private static readonly Shape Two = new(1, 2, 1);
    private static readonly ImageSet Images = new("set", Two, 5, new byte[2400], new byte[1200]);

    // Class 0 whatever the image: every attack runs to its end.
    private static readonly FakeClassifier Firm = new(Two, 5) { Answer = _ => [9, 0, 0, 0, 0] };
    private static readonly FakeClassifier Wrong = new(Two, 5) { Answer = _ => [0, 9, 0, 0, 0] };

    public static TheoryData<string> AttackNames => [.. Attacks.Keys];

    private static Dictionary<string, IAttack<IDifferentiableClassifier>> Attacks { get; } = new()
    {
        ["fgsm"] = new Fgsm(0.1f),
        ["pgd"] = new Pgd(0.1f) { Steps = 20, Restarts = 2 },
        ["apgd"] = new Apgd(0.1f) { Iterations = 20, Restarts = 2 },
        ["apgd-t"] = new Apgd(0.1f) { Iterations = 20, TargetClasses = 9 },
        ["fab"] = new Fab(0.1f) { Iterations = 20 },
        ["square"] = new Square(0.1f) { Queries = 30 },
        ["noise"] = new UniformNoise(0.1f),
        ["worst"] = AutoAttack.Standard(0.1f, iterations: 20, queries: 30, targetClasses: 3),
    };

    [Fact]
    public void An_evaluation_tells_how_far_it_is_and_that_it_is_over()
    {
        List<WorkProgress> told = Watch(() => Evaluation.Of(Firm, Images));
        Assert.Equal([500 / 1200.0, 1000 / 1200.0, 1, 1], told.Select(progress => progress.Share));
        Assert.Equal([false, false, false, true], told.Select(progress => progress.Ended));
        Assert.All(told, progress => Assert.Equal("evaluation on set", progress.Title));
        Assert.All(told, progress => Assert.True(progress.Remaining >= TimeSpan.Zero && progress.ImagesPerSecond > 0));
    }

    [Fact]
    public void What_is_made_of_many_is_shown_as_one()
    {
        List<WorkProgress> told = Watch(() => RobustnessReport.Of(Firm, Images.Take(60), new RobustnessSettings(0.1f) { Steps = 3, Before = Firm, Ensemble = AutoAttack.Standard(0.1f, 5, 5, 3) }));
        Assert.All(told, progress => Assert.Equal("robustness report on set", progress.Name));
        Assert.Equal(told.Select(progress => progress.Share).Order(), told.Select(progress => progress.Share));
        Assert.True(told[^1].Ended);
        Assert.Single(told, progress => progress.Ended);
        foreach (string part in (string[])["PGD", "APGD-T", "Square", "FGSM"])
            Assert.Contains(told, progress => progress.Part.StartsWith(part, StringComparison.Ordinal));
        Assert.Contains(Watch(() => EpsilonSweep.Of(Firm, Images, epsilon => new Fgsm(epsilon), 0f, 0.1f)), progress => progress.Title == "sweep over 2 epsilons: FGSM eps 0.1, mean squared error");
    }

    [Theory]
    [MemberData(nameof(AttackNames))]
    public void An_attack_that_is_withstood_takes_what_was_expected(string name)
    {
        AttackResult result = Attacks[name].Attack(Firm, Images.Take(10));
        double taken = (result.Gradients * Work.GradientPasses) + result.Queries, expected = 10 * Attacks[name].Passes(5);
        Assert.InRange(taken, 0.9 * expected, (1.1 * expected) + 50);
    }

    [Fact]
    public void What_falls_early_counts_as_done()
    {
        IAttack<IDifferentiableClassifier> attack = new WorstCase(new Square(0.1f) { Queries = 1000 }, new Fgsm(0.1f));
        List<WorkProgress> told = Watch(() =>
        {
            using Work all = Work.Begin("all", 2000 * 1006);
            attack.Perturb(Wrong, Images.Take(1000));
            attack.Perturb(Firm, Images.Take(1));
        });
        // The first thousand cost one look each, and then half of all is behind.
        Assert.InRange(told.Where(progress => progress.Share < 0.49).Max(progress => progress.Share), 0, 0.01);
        Assert.InRange(told.Where(progress => !progress.Ended).Max(progress => progress.Share), 0.49, 0.51);
    }

    [Fact]
    public void Short_work_is_not_shown_and_a_training_tells_its_own()
    {
        var host = new Log();
        // However slow the machine is.
        Work.Host = new WorkHost(host, CancellationToken.None) { Unseen = TimeSpan.FromDays(1) };
        Evaluation.Of(Firm, Images);
        Assert.Empty(host.Told);
        Assert.Empty(Watch(() => new Trainer(Toy.Model(), new Sgd()) { Progress = new ProgressLog() }.Fit(Toy.Set(60), epochs: 1, batchSize: 30, validation: Toy.Set(60))));
    }

    [Fact]
    public void A_host_that_wants_to_stop_ends_it()
    {
        using var stop = new CancellationTokenSource();
        var host = new Log { Heard = stop.Cancel };
        Work.Host = new WorkHost(host, stop.Token) { Unseen = TimeSpan.Zero, Interval = TimeSpan.Zero };
        Assert.Throws<OperationCanceledException>(() => Evaluation.Of(Firm, Images));
        // A work that was stopped is over: the next one is not a part of it.
        Work.Host = new WorkHost(host, CancellationToken.None) { Unseen = TimeSpan.Zero, Interval = TimeSpan.Zero };
        host.Told.Clear();
        new Fgsm(0.1f).Perturb(Firm, Images);
        Assert.All(host.Told, progress => Assert.Equal("FGSM eps 0.1, mean squared error", progress.Name));
    }

    [Fact]
    public void It_shows_a_bar_and_a_line()
    {
        var running = new WorkProgress("report <1>", "PGD", 0.25, 1234.4, TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(93), Ended: false);
        Assert.Equal("report <1>: PGD, 25%, 1,234 images/s, at most 1:33 min left", new WorkStatus(running).ToString());
        Assert.Contains("<progress value=\"0.250\" max=\"1\"></progress> report &lt;1&gt;: PGD", new WorkStatus(running).ToHtml(), StringComparison.Ordinal);
        var ended = new WorkStatus(running with { Part = "", Ended = true });
        Assert.Equal("report <1>, 31.0 s", ended.ToString());
        Assert.DoesNotContain("<progress", ended.ToHtml(), StringComparison.Ordinal);
    }

    private static List<WorkProgress> Watch(Action work)
    {
        var host = new Log();
        Work.Host = new WorkHost(host, CancellationToken.None) { Unseen = TimeSpan.Zero, Interval = TimeSpan.Zero };
        work();
        return host.Told;
    }

    private sealed class Log : IProgress<WorkProgress>
    {
        public List<WorkProgress> Told { get; } = [];

        public Action? Heard { get; init; }

        public void Report(WorkProgress value)
        {
            Told.Add(value);
            Heard?.Invoke();
        }
    }
}
