namespace AdvLib.Tests;

/// <summary>Networks that are made of their file alone.</summary>
public sealed class NetworkFileTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string FilePath => _temp["model.safetensors"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_network_of_every_layer_comes_back_from_its_file()
    {
        var network = new Network(
            new Shape(9, 8, 2), new Threshold(0.25f, 0.75f), new Conv2D(6, 3, 2), new ReLU(), new BatchNorm(0.9f, 1e-5f),
            new Conv2D(9, 2, 1, Padding.Valid), new MaxPool2D(2, 1),
            new Flatten(), new Dense(12), new Dropout(0.3f), new Dense(4), new Softmax());
        INetwork model = network.Build(seed: 3);
        model.Save(FilePath);
        INetwork loaded = NetworkFile.Load(FilePath);
        Assert.Equal(network.ToString(), loaded.Description.ToString());
        Assert.Equal(network.Layers, loaded.Description.Layers);
        float[] images = TestNetworks.Images(5, network.InputShape);
        Assert.Equal(TestNetworks.LogitsOf(model, images), TestNetworks.LogitsOf(loaded, images));
        Assert.Equal(network.ToJson(), loaded.Description.ToJson());
    }

    [Fact]
    public void A_checkpoint_is_such_a_file_too()
    {
        Sequential model = Toy.Model();
        var checkpoints = new Checkpoints(_temp["checkpoints"]);
        new Trainer(model, new Adam(1e-3f)) { Checkpoints = checkpoints, Progress = new Progress<TrainingProgress>() }.Fit(Toy.Set(64),
            epochs: 2, cancellation: TestContext.Current.CancellationToken);
        INetwork loaded = NetworkFile.Load(checkpoints.Files()[^1]);
        float[] images = TestNetworks.Images(5, Toy.Shape);
        Assert.Equal(TestNetworks.LogitsOf(model, images), TestNetworks.LogitsOf(loaded, images));
    }

    [Fact]
    public void Weights_without_a_description_are_refused_with_what_to_do()
    {
        SafeTensors.Save(FilePath, [.. Toy.Model().GetWeights()]);
        var refused = Assert.Throws<WeightsFileException>(() => NetworkFile.Load(FilePath));
        Assert.Contains("holds weights and no description of their network", refused.Message, StringComparison.Ordinal);
        Assert.Contains("model.Save(path)", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("""{"input":[4,4],"layers":[]}""", "its input is not 3 sizes")]
    [InlineData("""{"input":[4,4,0],"layers":[]}""", "0 is no size")]
    [InlineData("""{"input":[4,4,1],"layers":[]}""", "0 layers")]
    [InlineData("""{"input":[4,4,1],"input":[4,4,1],"layers":[]}""", "")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"System.IO.File"}]}""", "there is no layer \"System.IO.File\"")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"flatten"},{"kind":"dense","units":2000000000}]}""", "2000000000 is no size")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"flatten"},{"kind":"dense","units":"16"}]}""", "")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"flatten"},{"kind":"dense"}]}""", "")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"dropout","rate":7},{"kind":"flatten"}]}""", "A dropout rate must be")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"conv2d","filters":2,"kernel":3,"stride":1,"padding":"odd"}]}""",
        "there is no padding")]
    [InlineData("""{"input":[60000,60000,3],"layers":[{"kind":"flatten"},{"kind":"dense","units":4}]}""",
        "more values than a machine could hold")]
    [InlineData("""{"input":[4,4,1],"layers":[{"kind":"flatten"},{"kind":"dense","units":65536},{"kind":"dense","units":4}]}""",
        "not those of the network")]
    public void A_description_that_cannot_be_is_refused_before_anything_is_built(string description, string why)
    {
        SafeTensors.Save(FilePath, [.. Toy.Model().GetWeights()], new Dictionary<string, string> { ["network"] = description });
        long before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<WeightsFileException>(() => NetworkFile.Load(FilePath));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Weights_that_are_no_numbers_are_refused()
    {
        NamedTensor[] weights = [.. Toy.Model().GetWeights()];
        weights[0].Values[3] = float.NaN;
        SafeTensors.Save(FilePath, weights, new Dictionary<string, string> { ["network"] = Toy.Model().Description.ToJson() },
            anyBits: true);
        Assert.Contains("NaN or infinity", Assert.Throws<WeightsFileException>(() => NetworkFile.Load(FilePath)).Message,
            StringComparison.Ordinal);
    }
}
