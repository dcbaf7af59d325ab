using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Tests.Course;

/// <summary>Single cells of the course, executed.</summary>
[Collection(ConsoleTests.Name)]
public sealed class CourseCellsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ANotebookRunTooEarlyNamesTheOneToRunFirst()
    {
        _folder.WriteSetup();
        await using var kernel = new InProcessKernel(_folder.Path);
        await kernel.Run("#!import setup.csx");
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
    public async Task TheFgsmThatNotebook3SpellsOutIsTheLibrarys()
    {
        _folder.WriteSetup();
        await using var kernel = new InProcessKernel(_folder.Path);
        await kernel.Run("#!import setup.csx");
        await kernel.Run(Notebook.Load(CourseFolder.Notebook("03-fgsm-attack.ipynb")).CodeCells.Single(cell => cell.Id == "fgsm").Source);
        await kernel.Run("""
            var shape = new Shape(28, 28, 1);
            var model = SimpleCnn.Create(shape, 10, seed: 3);
            var set = SyntheticDigits.Create(70, 5, AdvLib.Numerics.RandomPurpose.TestDigits);
            var images = new float[70 * shape.Size];
            var labels = new int[70];
            set.CopyImages(0, 70, images);
            set.CopyLabels(0, 70, labels);
            new Trainer(model, new Adam()).Fit(set, epochs: 2, batchSize: 10);
            """);
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
}
