namespace AdvLib.Tests;

/// <summary>A small display of each kind, with words that must be escaped.</summary>
internal static class DisplaySamples
{
    public const string Nasty = "<script>&\"'";

    public static readonly Shape Tiny = new(2, 3, 1);

    public static readonly double[] X = [0, 0.05, 0.1];

    public static LineChart Line { get; } = new LineChart("Accuracy " + Nasty, "epsilon (pixel units)", "accuracy") { Percent = true, YRange = (0, 1) }
        .Add("baseline " + Nasty, X, [0.9892, 0.31, 0.011])
        .Add("mixed", X, [0.9913, 0.98, 0.97], [0.99, 0.97, 0.96], [0.992, 0.985, 0.975]);

    public static TrainingCurves Curves { get; } = new("Training " + Nasty,
        [new(1, 0.21, 0.935, 0.06, 0.981, 12.5), new(2, 0.07, 0.979, 0.045, 0.986, 12.4), new(3, 0.05, 0.985, null, null, 12.6)]);

    public static BarChart Bars { get; } = new BarChart("Accuracy " + Nasty, ["clean", "stale " + Nasty, "fresh"], "accuracy") { Percent = true }
        .Add("before", [0.9892, 0.011, 0.011]).Add("after " + Nasty, [0.9913, 0.974, 0.97]);

    public static Heatmap Heat { get; } = new("Transfer " + Nasty, "made for", "tested on", ["a " + Nasty, "b"], ["a", "b", "c"], new[,] { { 0.01, 0.5, 0.97 }, { 0.3, 0.6, 1.0 } }) { Percent = true };

    public static Heatmap Confusion { get; } = Heatmap.Confusion("Confusion", new[,] { { 97, 2, 1 }, { 0, 100, 0 }, { 0, 0, 0 } });

    public static ImageGrid Grid { get; } = new ImageGrid("Pictures " + Nasty, Tiny, columns: 2)
        .Add([0, 0.5f, 1, 0.25f, -0.1f, 1.1f], "label 7 " + Nasty).AddSigned([-0.1f, 0, 0.1f, 0.05f, -0.05f, 0], "added").Add([0, 0, 0, 1, 1, 1], "second\nrow");

    public static ImageGrid Triples { get; } = ImageGrid.Triples("Attack " + Nasty,
        [new([0, 0.5f, 1, 0, 0, 0], [0.1f, 0.4f, 1, 0, 0, 0], 7, 7, 0.998, 3, 0.951), new([1, 1, 1, 0, 0, 0], [1, 0.9f, 1, 0, 0, 0.1f], 1, 1, 0.9, 1, 0.6)], Tiny);

    public static TableView Table { get; } = new TableView("Results " + Nasty, "", "clean", "stale *").Row("before | " + Nasty, "98.92%", "1.10%").Row("after", "99.13%", "97.41%")
        .Note("* stale: images of the old model " + Nasty);

    public static IReadOnlyDictionary<string, IVisual> All { get; } = new Dictionary<string, IVisual>
    {
        ["line"] = Line,
        ["curves"] = Curves,
        ["bars"] = Bars,
        ["heatmap"] = Heat,
        ["confusion"] = Confusion,
        ["grid"] = Grid,
        ["triples"] = Triples,
        ["table"] = Table,
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> Pictures => [.. All.Where(pair => pair.Value is IPicture).Select(pair => pair.Key)];
}
