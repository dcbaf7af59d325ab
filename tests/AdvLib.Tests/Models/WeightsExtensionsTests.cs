namespace AdvLib.Tests;

public sealed class WeightsExtensionsTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string FilePath => _temp["new", "model.safetensors"];

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_network_comes_back_bit_for_bit_with_its_moving_statistics()
    {
        Sequential model = Trained();
        model.Save(FilePath);
        Sequential other = TestNetworks.SmallCnn(seed: 99);
        Assert.Equal($"{model.GetWeights().Count} tensors from model.safetensors: {model.GetWeights().Count} of float32", other.Load(FilePath));

        Assert.Equal(model.GetWeights().Select(tensor => tensor.ToString()), other.GetWeights().Select(tensor => tensor.ToString()));
        Assert.Equal(Bits(model), Bits(other));
        float[] images = TestNetworks.Images(7, model.InputShape);
        Assert.Equal(TestNetworks.LogitsOf(model, images), TestNetworks.LogitsOf(other, images));
        Assert.Equal(["model.safetensors"], _temp.Files());
    }

    [Fact]
    public void The_file_says_which_engine_the_weights_are_of()
    {
        Sequential model = TestNetworks.SmallCnn();
        model.Save(FilePath);
        SafeTensors.Load(FilePath, out IReadOnlyDictionary<string, string> notes);
        Assert.Equal(model.Engine, Assert.Single(notes, note => note.Key == "engine").Value);
    }

    [Fact]
    public void Saving_again_replaces_the_file()
    {
        TestNetworks.SmallCnn(seed: 5).Save(FilePath);
        Sequential model = Trained();
        model.Save(FilePath);
        Sequential other = TestNetworks.SmallCnn();
        other.Load(FilePath);
        Assert.Equal(Bits(model), Bits(other));
    }

    [Fact]
    public void The_file_of_another_network_is_refused_and_the_model_keeps_its_weights()
    {
        Sequential model = Trained();
        int[] before = Bits(model);
        var wider = new Sequential(TestNetworks.Small, 1, new Flatten(), new Dense(12), new Dense(4));
        wider.Save(FilePath);
        var e = Assert.Throws<ShapeMismatchException>(() => model.Load(FilePath));
        Assert.Contains("Load weights saved from the same network.", e.Message, StringComparison.Ordinal);
        Assert.Contains("conv2d.kernel [3, 3, 2, 6]", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(model));

        // Same names, one shape different, and that at the very end.
        SafeTensors.Save(FilePath, [.. Trained(seed: 8).GetWeights().Select(tensor => tensor.Name == "dense_1.bias" ? new NamedTensor(tensor.Name, [5], new float[5]) : tensor)]);
        e = Assert.Throws<ShapeMismatchException>(() => model.Load(FilePath));
        Assert.Contains("dense_1.bias [5] of 5 values", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(model));
    }

    [Fact]
    public void A_damaged_or_missing_file_leaves_the_model_as_it_is()
    {
        Sequential model = Trained();
        int[] before = Bits(model);
        TestNetworks.SmallCnn(seed: 5).Save(FilePath);
        byte[] whole = File.ReadAllBytes(FilePath);
        File.WriteAllBytes(FilePath, whole[..^1]);
        Assert.Throws<WeightsFileException>(() => model.Load(FilePath));
        Assert.Throws<FileNotFoundException>(() => model.Load(_temp["none"]));
        Assert.Equal(before, Bits(model));
    }

    [Fact]
    public void A_model_is_needed()
    {
        Assert.Throws<ArgumentNullException>(() => ((ITrainableClassifier)null!).Save(FilePath));
        Assert.Throws<ArgumentNullException>(() => ((ITrainableClassifier)null!).Load(FilePath));
    }

    private static Sequential Trained(ulong seed = 1)
    {
        Sequential model = TestNetworks.SmallCnn(seed);
        model.TrainOnBatch(TestNetworks.Images(20, model.InputShape), TestNetworks.Labels(20, 4), Loss.CrossEntropy, new Adam());
        return model;
    }

    private static int[] Bits(Sequential model) => Array.ConvertAll(TestNetworks.AllWeights(model), BitConverter.SingleToInt32Bits);
}
