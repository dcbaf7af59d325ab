using AdvNotebooks.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AdvLib.Charts.Tests.ChartNotebook))]

namespace AdvLib.Charts.Tests;

/// <summary>One of every chart, made by a notebook on .NET Interactive's kernel as a reader writes it: first cell <c>setup.csx</c>, then <c>charts.csx</c>, then a short cell each.</summary>
public sealed class ChartNotebook : IAsyncLifetime
{
    private const string Results = """
        var data = Dataset.Load("synthetic", 500, 60, 7);
        var shape = data.Test.Shape;
        var silent = new Progress<TrainingProgress>();
        var model = SimpleCnn.Create(shape, data.Test.Classes, 7);
        var history = new Trainer(model, new Adam()) { Progress = silent }.Fit(data.Train, epochs: 3, batchSize: 16, validation: data.Test);
        var other = SimpleCnn.Create(shape, data.Test.Classes, 8);
        Func<float, IAttack<IDifferentiableClassifier>> pgd = epsilon => new Pgd(epsilon) { Steps = 3 };
        var curve = EpsilonSweep.Of(model, data.Test, pgd, 0f, 0.02f, 0.05f, 0.1f);
        var report = RobustnessReport.Of(model, data.Test, new RobustnessSettings(0.1f) { Steps = 3, Restarts = 1, AutoAttack = false, Before = other });
        var clean = Evaluation.Of(model, data.Test);
        var adversarial = new Fgsm(0.1f).Perturb(model, data.Test);
        var colours = new ImageGrid("Colours", new Shape(4, 4, 3), columns: 2);
        float[] ramp = Enumerable.Range(0, 48).Select(i => i / 47f).ToArray();
        colours = colours.Add(ramp, "a ramp").AddSigned(ramp.Select(value => value - 0.5f).ToArray(), "around zero");
        var splits = new[] { 0, 0.25, 0.5, 0.75, 1 };
        var seeds = new LineChart("Fine-tuned with 5 seeds: <mean>, lowest to highest & all", "split: share of normal images", "accuracy") { Percent = true }
            .Add("clean", splits, new[] { 0.97, 0.98, 0.985, 0.99, 0.99 }, new[] { 0.96, 0.97, 0.98, 0.985, 0.99 }, new[] { 0.98, 0.985, 0.99, 0.995, 0.99 }, images: 1000)
            .Add("fresh PGD-20", splits, new[] { 0.5, 0.45, 0.4, 0.3, 0.01 }, new[] { 0.45, 0.4, 0.35, 0.25, 0 }, new[] { 0.55, 0.5, 0.45, 0.35, 0.02 }, images: 1000);
        """;

    /// <summary>The charts: a name and the cell that ends with it.</summary>
    internal static readonly IReadOnlyDictionary<string, string> Cells = new Dictionary<string, string>
    {
        ["history"] = "history.ToPlotly()",
        ["classes"] = "clean.ToPlotly()",
        ["before-after"] = """new BarChart("Before and after", new[] { "clean", "stale FGSM", "fresh FGSM" }, "accuracy") { Percent = true }.Add("before", new[] { 0.98, 0.02, 0.02 }).Add("after", new[] { 0.99, 0.96, 0.94 }).ToPlotly()""",
        ["report-classes"] = "report.ClassChart().ToPlotly()",
        ["confusion"] = """Heatmap.Confusion("Truth and answer", clean.Confusion).ToPlotly()""",
        ["sweep"] = """curve.Beside("the model", ("the same", curve)).ToPlotly()""",
        ["seeds"] = "seeds.ToPlotly()",
        ["minutes"] = """new LineChart("What minutes prove", "minutes", "proved") { LogX = true }.Add("training", new[] { 0.5, 5, 50 }, new[] { 0.5, 0.9, 0.92 }).ToPlotly()""",
        ["report"] = "report.ToPlotly()",
        ["transfer"] = """TransferMatrix.Of(pgd(0.1f), data.Test, ("baseline", model), ("after mixed fine-tuning", other)).ToPlotly()""",
        ["smallest"] = "MinimalEpsilons.Of(model, data.Test, pgd, largest: 0.4f, halvings: 3).ToPlotly()",
        ["grid"] = """ImageGrid.Triples("FGSM, epsilon 0.1", AttackExamples.Of(model, data.Test, adversarial, 0, 1, 2, 3), shape).ToPlotly()""",
        ["samples"] = "data.Test.Samples(18).ToPlotly()",
        ["colours"] = "colours.ToPlotly()",
        ["styled"] = """seeds.ToPlotly().WithXAxisStyle<double, double, string>(TitleText: "split").WithSize(Width: 500, Height: 380)""",
        ["by-hand"] = """Plotly.NET.CSharp.Chart.Line<double, double, string>(splits, splits, Name: "by hand", ShowMarkers: true).WithXAxisStyle<double, double, string>(TitleText: "x")""",
        ["xplot-sweep"] = """curve.Beside("the model", ("the same", curve)).ToXPlot()""",
        ["xplot-minutes"] = """new LineChart("What minutes prove", "minutes", "proved") { LogX = true }.Add("training", new[] { 0.5, 5, 50 }, new[] { 0.5, 0.9, 0.92 }).ToXPlot()""",
        ["xplot-bars"] = "clean.ToXPlot()",
        ["xplot-confusion"] = """Heatmap.Confusion("Truth and answer", clean.Confusion).ToXPlot()""",
        ["xplot-by-hand"] = """XPlot.Plotly.Chart.Plot(new XPlot.Plotly.Scatter { x = splits, y = splits, name = "by hand" })""",
    };

    private readonly ChromiumBrowser _browser = new();
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> _outputs = [];

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. Cells.Keys];

    /// <summary>What puts plotly.js into the page.</summary>
    internal string Loader { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        using var host = new InteractiveHost(Path.Combine(Repository.Root, "notebooks"));
        await host.Run("#!import setup.csx");
        await host.Run("#!import charts.csx");
        Loader = (await host.Run("PlotlyJs.Loader"))[^1]["text/html"];
        await host.Run("using Plotly.NET.CSharp;");
        await host.Run(Results);
        foreach ((string name, string cell) in Cells)
            _outputs[name] = (await host.Run(cell))[^1];
        await _browser.StartAsync();
    }

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    /// <summary>Opens a page in a browser that has no network.</summary>
    internal Task<WatchedPage> Open(string address, ColorScheme scheme, int width, bool scripts) => _browser.Open(address, scheme, width, offline: true, scripts: scripts);

    /// <summary>An output of a cell.</summary>
    internal IReadOnlyDictionary<string, string> Output(string name) => _outputs[name];

    /// <summary>A chart's HTML.</summary>
    internal string Html(string name) => _outputs[name]["text/html"];
}
