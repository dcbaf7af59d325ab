using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Tests.Course;

/// <summary>Single cells of the course, executed.</summary>
[Collection(ConsoleTests.Name)]
public sealed class CourseCellsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static async Task Run(InProcessKernel kernel, string notebook, params string[] cells)
    {
        foreach (string id in cells)
            await kernel.Run(Notebook.Load(CourseFolder.Notebook(notebook + ".ipynb")).CodeCells.Single(cell => cell.Id == id).Source);
    }

    [Fact]
    public async Task ANotebookRunTooEarlyNamesTheOneToRunFirst()
    {
        _folder.WriteSetup();
        await using var kernel = new InProcessKernel(_folder.Path);
        await kernel.Run("#!import setup.csx");
        await kernel.Run("var engine = \"built-in\";");
        string load = Notebook.Load(CourseFolder.Notebook("04-mixed-training.ipynb")).CodeCells.Single(cell => cell.Id == "load").Source;
        Environment.SetEnvironmentVariable("ADVLIB_ARTIFACTS", _folder.Path);
        try
        {
            Assert.Contains("Run 03-fgsm-attack first", (await kernel.Fail(load)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ADVLIB_ARTIFACTS", null);
        }
    }

    [Fact]
    public async Task CellsRunAgainTrainFromTheStartAndKeepStaleImagesStaleAndNumbersApart()
    {
        _folder.WriteSetup();
        await using var kernel = new InProcessKernel(_folder.Path);
        Environment.SetEnvironmentVariable("ADVLIB_ARTIFACTS", _folder.File("artifacts"));
        try
        {
            await kernel.Run("#!import setup.csx");
            await kernel.Run("var seed = 42UL; var dataset = \"synthetic\"; var trainCount = 200; var testCount = 40;");
            await Run(kernel, "01-load-mnist", "load", "record", "saw");
            await kernel.Run("var epochs = 1; var batchSize = 20; var learningRate = 1e-3f; var engine = \"built-in\";");
            await Run(kernel, "02-baseline-training", "data", "model", "train");
            string once = await kernel.Value("RunWeights.Of(model)");
            await Run(kernel, "02-baseline-training", "train", "evaluate", "save");
            Assert.Equal(once, await kernel.Value("RunWeights.Of(model)"));

            await kernel.Run("var epsilon = 0.1f; var examples = 50; var split = 0.5;");
            await Run(kernel, "03-fgsm-attack", "load", "attack", "triples", "save");
            await Run(kernel, "04-mixed-training", "load", "stale", "batches", "train", "stale-after");
            string repaired = await kernel.Value("RunWeights.Of(model)"), stale = await kernel.Value("stale.ToString()");
            Assert.NotEqual(once, repaired);
            Assert.Equal(once, await kernel.Value("RunWeights.Of(baseline)"));
            await Run(kernel, "04-mixed-training", "stale", "train", "stale-after", "save");
            Assert.Equal((repaired, stale), (await kernel.Value("RunWeights.Of(model)"), await kernel.Value("stale.ToString()")));

            await Run(kernel, "05-results", "load");
            Assert.DoesNotContain("from another run", await kernel.Value("card.ToString()"), StringComparison.Ordinal);
            await kernel.Run("epsilon = 0.2f;");
            await Run(kernel, "03-fgsm-attack", "load", "save");
            await Run(kernel, "05-results", "load");
            string[] table = (await kernel.Value("card.Table().ToMarkdown()")).Split('\n');
            Assert.All(table[3..5], row => Assert.EndsWith("| from another run |", row, StringComparison.Ordinal));
            Assert.DoesNotContain("from another run", table[2], StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ADVLIB_ARTIFACTS", null);
        }
    }

    [Fact]
    public async Task TheFgsmThatNotebook3SpellsOutIsTheLibrarys()
    {
        await using InProcessKernel kernel = await Teach("03-fgsm-attack", "fgsm");
        string same = await kernel.Value("""
            var equal = new System.Collections.Generic.List<bool>();
            foreach (var epsilon in new[] { 0f, 0.01f, 0.1f, 0.3f })
            {
                var library = new float[images.Length];
                new Fgsm(epsilon).Perturb(model, images, labels, library);
                var taught = FastGradientSign(model, images, labels, epsilon);
                equal.Add(taught.SequenceEqual(library) && (epsilon == 0) == taught.SequenceEqual(images));
            }
            string.Join(" ", equal)
            """);
        Assert.Equal("True True True True", same);
    }

    [Fact]
    public async Task ThePgdThatNotebook6SpellsOutIsTheLibrarys()
    {
        await using InProcessKernel kernel = await Teach("06-honest-evaluation", "pgd-by-hand");
        string same = await kernel.Value("""
            var equal = new System.Collections.Generic.List<bool>();
            foreach (var (epsilon, steps) in new[] { (0f, 3), (0.01f, 1), (0.1f, 7), (0.3f, 10) })
            {
                var library = new float[images.Length];
                new Pgd(epsilon) { Steps = steps, RandomStart = false }.Perturb(model, images, labels, library);
                var taught = ProjectedGradient(model, images, labels, epsilon, steps);
                equal.Add(taught.SequenceEqual(library) && (epsilon == 0) == taught.SequenceEqual(images));
            }
            string.Join(" ", equal)
            """);
        Assert.Equal("True True True True", same);
    }

    // A kernel that knows what a cell teaches, and has a trained network and images to try it on.
    private async Task<InProcessKernel> Teach(string notebook, string id)
    {
        _folder.WriteSetup();
        var kernel = new InProcessKernel(_folder.Path);
        await kernel.Run("#!import setup.csx");
        await kernel.Run(Notebook.Load(CourseFolder.Notebook($"{notebook}.ipynb")).CodeCells.Single(cell => cell.Id == id).Source);
        await kernel.Run("""
            var shape = new Shape(28, 28, 1);
            var model = SimpleCnn.Create(shape, 10, seed: 3);
            var set = SyntheticDigits.Create(70, 5, RandomPurpose.TestDigits);
            var images = new float[70 * shape.Size];
            var labels = new int[70];
            set.CopyImages(0, 70, images);
            set.CopyLabels(0, 70, labels);
            new Trainer(model, new Adam()).Fit(set, epochs: 2, batchSize: 10);
            """);
        return kernel;
    }
}
