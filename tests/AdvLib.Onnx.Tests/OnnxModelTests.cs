using AdvLib.Tests;

namespace AdvLib.Onnx.Tests;

/// <summary>ONNX files, written by the tests and by PyTorch, as classifiers.</summary>
public sealed class OnnxModelTests : IDisposable
{
    private static readonly Shape Toy = new(4, 4, 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("advlib-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public void It_says_what_the_network_says_that_was_written(int batch, bool channelsFirst)
    {
        INetwork network = Trained(new Network(
            new Shape(9, 8, 2), new Conv2D(6, 3, 2), new ReLU(), new BatchNorm(), new Conv2D(9, 2, 1, Padding.Valid), new ReLU(),
                new MaxPool2D(2), new Flatten(), new Dense(12),
            new ReLU(), new BatchNorm(), new Dropout(0.25f), new Dense(4), new Softmax()));
        using var model = new OnnxModel(FileOf(OnnxExport.Write(network, batch, channelsFirst)), network.InputShape, threads: 1);
        float[] images = Random(7, network.InputShape);
        GoldenAssert.Close(LogitsOf(network, images), LogitsOf(model, images), 1e-5, "logits");
        Assert.Equal((4, 1), (model.Classes, model.Threads));
        Assert.StartsWith("ONNX Runtime 1.31.1", model.Engine, StringComparison.Ordinal);
    }

    [Fact]
    public void More_images_than_go_through_at_a_time_are_the_same_as_one_by_one()
    {
        INetwork network = Trained(ToyNetwork());
        using var model = new OnnxModel(FileOf(OnnxExport.Write(network)), Toy);
        float[] images = Random(1203, Toy), logits = LogitsOf(model, images);
        GoldenAssert.Close(LogitsOf(network, images), logits, 1e-5, "logits");
        GoldenAssert.Close(logits.AsSpan(4 * 1202), LogitsOf(model, images[(16 * 1202)..]), 1e-6, "the last alone");
    }

    [Fact]
    public void PyTorchs_file_gives_PyTorchs_logits_with_the_normalization_declared()
    {
        GoldenFile golden = GoldenFile.Open("residual");
        using var model = new OnnxModel(GoldenFile.PathOf("residual.onnx"), new Shape(10, 8, 2), mean: [0.4f, 0.6f], std: [0.2f, 0.3f]);
        GoldenAssert.Close(golden.Values("logits"), LogitsOf(model, golden.Values("images")), 1e-5, "logits");
        GoldenAssert.Close(golden.Values("pgd_logits"), LogitsOf(model, golden.Values("pgd")), 1e-5, "logits of another's adversaries");
    }

    [Fact]
    public void A_file_that_leaves_its_layout_open_is_asked_about_and_one_that_says_it_is_not()
    {
        INetwork network = Trained(new Network(new Shape(5, 5, 5), new Conv2D(3, 3), new Flatten(), new Dense(4)));
        string path = FileOf(OnnxExport.Write(network, channelsFirst: false));
        var input = new ModelInput(network.InputShape, 4) { Threads = 1 };
        var asked = Assert.Throws<OnnxModelException>(() => new OnnxFormat().Load(path, input));
        Assert.Contains("leaves open whether channels come first or last", asked.Message, StringComparison.Ordinal);
        float[] images = Random(3, network.InputShape);
        GoldenAssert.Close(LogitsOf(network, images), LogitsOf(new OnnxFormat().Load(path, input with { ChannelsLast = true }), images), 1e-5, "logits");

        // A grey picture has one layout; range, mean and deviation are one scale of pixels.
        INetwork grey = Trained(ToyNetwork());
        path = FileOf(OnnxExport.Write(grey));
        float[] pixels = Random(3, Toy), bytes = [.. pixels.Select(pixel => ((255 * pixel) - 100) / 50)];
        IClassifier scaled = new OnnxFormat().Load(path, new ModelInput(Toy, 4) { Range = new PixelRange(0, 255), Mean = [100], Std = [50] });
        GoldenAssert.Close(LogitsOf(grey, bytes), LogitsOf(scaled, pixels), 1e-4, "scaled");
    }

    [Fact]
    public void It_is_attacked_without_gradients_and_by_transfer_but_not_by_FGSM()
    {
        ImageSet train = ToySet(600), test = ToySet(200, seed: 2);
        INetwork network = Trained(ToyNetwork(), train);
        using var model = new OnnxModel(FileOf(OnnxExport.Write(network)), Toy);
        double clean = Evaluation.Of(model, test).Accuracy;
        Assert.InRange(clean, 0.95, 1);
        Assert.Equal(Evaluation.Of(network, test).Accuracy, clean);
        Assert.InRange(Evaluation.Under(new SignNoise(0.2f), model, test).Accuracy, 0.5, clean);
        Assert.InRange(Evaluation.Under(new Square(0.2f) { Queries = 100 }, model, test).Accuracy, 0, clean - 0.2);
        ImageSet adversaries = new Fgsm(0.2f).Perturb(network, test);
        Assert.Equal(Evaluation.Of(network, adversaries).Accuracy, Evaluation.Of(model, adversaries).Accuracy);
        Assert.False(typeof(IDifferentiableClassifier).IsAssignableFrom(typeof(OnnxModel)));
    }

    [Theory]
    [InlineData(0.2f, 0.7f)]
    [InlineData(0.5f, 0.5f)]
    public void A_network_is_saved_for_others_by_the_ending_of_its_file(float low, float high)
    {
        INetwork network = Trained(new Network(new Shape(6, 6, 2), new Threshold(low, high), new Conv2D(5, 4, 2), new ReLU(), new Flatten(), new Dense(4), new Softmax()));
        float[] images = Random(5, network.InputShape);
        foreach (int batch in (int[])[0, 2])
        {
            string path = Path.Combine(_folder, $"saved-{batch}.onnx");
            ModelFormat.Save(network, path, batch);
            using var model = (OnnxModel)ModelFormat.Load(path, new ModelInput(network.InputShape, 4) { ChannelsLast = false });
            GoldenAssert.Close(LogitsOf(network, images), LogitsOf(model, images), 1e-5, "logits");
        }

        Assert.Contains("Expected: a file that ends with .onnx.", Assert.Throws<EngineUnavailableException>(() => ModelFormat.Save(network, "network.pt")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ModelFormat.Save(network, "network.onnx", -1));
        Assert.Equal(2, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void What_is_no_classifier_of_images_is_a_typed_error()
    {
        Assert.Throws<FileNotFoundException>(() => new OnnxModel(Path.Combine(_folder, "none.onnx"), Toy));
        Assert.Throws<OnnxModelException>(() => new OnnxModel(FileOf([1, 2, 3]), Toy));
        byte[] sound = OnnxExport.Write(Trained(ToyNetwork()));
        Assert.Throws<OnnxModelException>(() => new OnnxModel(FileOf(sound[..(sound.Length / 2)]), Toy));
        Assert.Contains("[-1, 1, 4, 4]",
            Assert.Throws<ShapeMismatchException>(() => new OnnxModel(FileOf(sound), new Shape(5, 4, 1))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => new OnnxModel(FileOf(sound), Toy, mean: [0.1f, 0.2f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxModel(FileOf(sound), Toy, std: [0f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OnnxModel(FileOf(sound), Toy, threads: 0));
        OnnxWriter Identity() => new OnnxWriter().Node("Identity", ["x"], "y");
        Assert.Contains("one, of float32 images", Assert.Throws<OnnxModelException>(() => new OnnxModel(
            FileOf(Identity().Input("x", OnnxWriter.Int64, 0, 4).Output("y", OnnxWriter.Int64, 0, 4).ToArray()), Toy)).Message,
                StringComparison.Ordinal);
        Assert.Contains("images x classes", Assert.Throws<OnnxModelException>(() => new OnnxModel(
            FileOf(Identity().Input("x", OnnxWriter.Float, 0, 1, 4, 4).Output("y", OnnxWriter.Float, 0, 1, 4, 4).ToArray()), Toy))
                .Message, StringComparison.Ordinal);
        byte[] two = new OnnxWriter().Node("Add", ["x", "z"], "y").Input("x", OnnxWriter.Float, 0, 4).Input("z", OnnxWriter.Float, 0, 4)
            .Output("y", OnnxWriter.Float, 0, 4).ToArray();
        Assert.Contains("2 inputs", Assert.Throws<OnnxModelException>(() => new OnnxModel(FileOf(two), Toy)).Message,
            StringComparison.Ordinal);
    }

    private static Network ToyNetwork() =>
        new(Toy, new Conv2D(8, 3), new ReLU(), new BatchNorm(0.9f), new Flatten(), new Dense(4), new Softmax());

    private static INetwork Trained(Network description, ImageSet? images = null)
    {
        INetwork network = description.Build(seed: 3);
        var adam = new Adam(0.01f);
        if (images is not null)
            new Trainer(network, adam) { Progress = new Progress<TrainingProgress>() }.Fit(images, epochs: 4, batchSize: 32,
                cancellation: TestContext.Current.CancellationToken);
        for (int step = 0; images is null && step < 5; step++)
            network.TrainOnBatch(Random(8, network.InputShape, (ulong)step), [0, 1, 2, 3, 0, 1, 2, 3], Loss.CrossEntropy, adam);
        return network;
    }

    private static float[] Random(int count, Shape shape, ulong seed = 5)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        return [.. Enumerable.Range(0, count * shape.Size).Select(_ => rng.NextSingle())];
    }

    // Which quarter of a noisy image is light.
    private static ImageSet ToySet(int count, ulong seed = 1)
    {
        var rng = new Rng(seed, RandomPurpose.Attack);
        byte[] labels = [.. Enumerable.Range(0, count).Select(_ => (byte)rng.NextInt32(4))];
        float[] pixels = [.. labels.SelectMany(label =>
            Enumerable.Range(0, 16).Select(p => rng.NextSingle(0, 0.6f) + (p / 4 == label ? 0.4f : 0)))];
        return new ImageSet("toy", Toy, 4, pixels, labels);
    }

    private static float[] LogitsOf(IClassifier model, float[] images)
    {
        var logits = new float[images.Length / model.InputShape.Size * model.Classes];
        model.Logits(images, logits);
        return logits;
    }

    private string FileOf(byte[] content)
    {
        string path = Path.Combine(_folder, $"{Guid.NewGuid():N}.onnx");
        File.WriteAllBytes(path, content);
        return path;
    }
}
