namespace AdvLib.Tests;

/// <summary>One of each type that a reader ends a cell with, made as a reader makes it. Compiled into both test projects.</summary>
internal static class ShownTypes
{
    private static readonly ImageSet Images = SyntheticDigits.Create(30, 7, RandomPurpose.TestDigits);
    private static readonly Sequential Model = new(Images.Shape, 1, new Flatten(), new Dense(10), new Softmax());
    private static readonly Dictionary<Type, Lazy<IVisual>> Samples = new (Type Type, Func<IVisual> Make)[]
    {
        Of(() => Images),
        Of(() => new Dataset("toy", Images, Images, "folder", "A notice.")),
        Of(() => Model),
        Of(() => Model.Description),
        Of(Train),
        Of(() => new TrainingCurves("Training", Train().Epochs)),
        Of(Watch),
        Of(Sweep),
        Of(() => Evaluation.Of(Model, Images)),
        Of(() => new Fgsm(0.1f).Attack(Model, Images)),
        Of(Report),
        Of(() => Report()["pgd"]!),
        Of(() => EpsilonSweep.Of(Model, Images, epsilon => new Fgsm(epsilon), 0f, 0.1f)),
        Of(() => CertifiedAccuracy.Of(Model, Images, 0.1f)),
        Of(() => RobustnessBand.Of(Model, Images, epsilon => new Fgsm(epsilon), 0f, 0.1f)),
        Of(() => EpsilonExplorer.Create(Model, Model, Images.Take(3))),
        Of(() => MinimalEpsilons.Of(Model, Images, epsilon => new Fgsm(epsilon), halvings: 2)),
        Of(() => TransferMatrix.Of(new Fgsm(0.1f), Images, ("one", Model), ("other", Model))),
        Of(() => RunCard.Begin("01-load-mnist", new Dataset("toy", Images, Images, "folder"), 42).Record("clean_before", Evaluation.Of(Model, Images), Model)),
        Of(() => new LineChart("Line", "x", "y").Add("a", [0, 1], [0, 1])),
        Of(() => new BarChart("Bars", ["a", "b"], "y").Add("one", [1, 2])),
        Of(() => Heatmap.Confusion("Confusion", Evaluation.Of(Model, Images).Confusion)),
        Of(() => Images.Samples(3)),
        Of(() => new ChartRow("Two", "Two charts.", new LineChart("", "x", "a").Add("a", [0, 1], [0, 1]), new LineChart("", "x", "b").Add("a", [0, 1], [1, 0]))),
        Of(() => new Notice("Nothing", "There is nothing to draw.")),
        Of(() => new Sentences("First.\nSecond.")),
        Of(() => new TableView("Table", "a", "b").Row("1", "2")),
    }.ToDictionary(pair => pair.Type, pair => new Lazy<IVisual>(pair.Make));

    /// <summary>The types by name.</summary>
    public static IReadOnlyDictionary<string, Type> Types { get; } = Samples.Keys.ToDictionary(type => type.Name);

    public static IVisual Sample(string name) => Samples[Types[name]].Value;

    private static (Type Type, Func<IVisual> Make) Of<T>(Func<T> make)
        where T : IVisual => (typeof(T), () => make());

    private static TrainingHistory Train() => new Trainer(Model, new Sgd()) { Progress = new Silent() }.Fit(Images, epochs: 2, batchSize: 10);

    private static OverfittingMonitor Watch()
    {
        var monitor = new OverfittingMonitor(Images, 0.1f) { EverySteps = 1 };
        new Trainer(Model, new Sgd()) { Progress = new Silent(), Monitor = monitor }.Fit(Images, epochs: 1, batchSize: 10);
        return monitor;
    }

    private static SweepResults Sweep() => new(
        [.. from split in (double[])[0, 0.5] from seed in (ulong[])[1, 2] select new SweepResult(new SweepConfiguration("fgsm", 0.1f, split, seed), 0.9, 0.5 + split / 4, 0.1 * seed, 1)]);

    private static RobustnessReport Report() => RobustnessReport.Of(Model, Images, new RobustnessSettings(0.1f) { Steps = 2, Restarts = 1, AutoAttack = false });

    private sealed class Silent : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
