namespace AdvLib.Tests;

/// <summary>
/// The recipe's network against PyTorch in float64, from the same weights. Tolerances, as fractions of the largest value of each
/// tensor: logits and losses 1e-5, gradients 1e-4, moving statistics 1e-6, losses and logits after several steps 1e-4. PyTorch's own
/// float32 is about ten times closer in each.
/// </summary>
public sealed class GoldenSimpleCnnTests
{
    private static readonly Shape Image = new(28, 28, 1);
    private static readonly GoldenFile Inference = GoldenFile.Open("simplecnn_inference");
    private static readonly GoldenFile Training = GoldenFile.Open("simplecnn_training");

    [Fact]
    public void Logits_agree()
    {
        var logits = new float[8 * 10];
        CreateModel().Logits(Inference.Values("images"), logits);
        GoldenAssert.Close(Inference.Values("logits"), logits, 1e-5, "logits");
    }

    [Theory]
    [InlineData("cross_entropy")]
    [InlineData("mse")]
    public void Losses_and_input_gradients_agree(string name)
    {
        Loss loss = LossOf(name);
        int[] labels = Inference.Integers("labels");
        var gradient = new float[8 * Image.Size];
        var logits = new float[8 * 10];
        CreateModel().InputGradient(Inference.Values("images"), labels, loss, gradient, logits);
        float[] losses = [.. labels.Select((label, i) => loss.Evaluate(logits.AsSpan(i * 10, 10), label, new float[10]))];

        GoldenAssert.Close(Inference.Values("logits"), logits, 1e-5, "logits");
        GoldenAssert.Close(Inference.Values(name + ".losses"), losses, 1e-5, "losses");
        GoldenAssert.Close(Inference.Values(name + ".mean"), [losses.Average()], 1e-5, "mean loss");
        for (int i = 0; i < 8; i++)
        {
            Range one = (i * Image.Size)..((i + 1) * Image.Size);
            GoldenAssert.Close(Inference.Values(name + ".gradient").AsSpan()[one], gradient.AsSpan()[one], 1e-4, $"gradient of image {i}");
        }
    }

    [Fact]
    public void A_training_step_agrees()
    {
        Sequential model = CreateModel();
        StepResult step = model.TrainOnBatch(Batch(0), Labels(0), Loss.CrossEntropy, new Sgd(0.01f));
        GoldenAssert.Close(Training.Values("loss"), [step.Loss], 1e-5, "loss");
        Assert.Equal(Training.Integers("correct")[0], step.Correct);

        Dictionary<string, NamedTensor> gradients = model.GetGradients().ToDictionary(tensor => tensor.Name);
        List<NamedTensor> golden = Training.Under("gradient.");
        Assert.Equal(golden.Select(tensor => tensor.Name).Order(), gradients.Keys.Order());
        foreach (NamedTensor tensor in golden)
            GoldenAssert.Close(tensor.Values, gradients[tensor.Name].Values, 1e-4, "gradient of " + tensor.Name);

        Dictionary<string, NamedTensor> after = model.GetWeights().ToDictionary(tensor => tensor.Name);
        List<NamedTensor> moved = Training.Under("after.");
        Assert.Equal(6, moved.Count);
        foreach (NamedTensor tensor in moved)
            GoldenAssert.Close(tensor.Values, after[tensor.Name].Values, 1e-6, tensor.Name);
    }

    [Fact]
    public void The_first_ten_Adam_steps_agree()
    {
        Sequential model = CreateModel();
        AssertLosses("adam", model, new Adam(1e-3f));
    }

    [Fact]
    public void Three_Sgd_steps_and_where_they_lead_agree()
    {
        Sequential model = CreateModel();
        AssertLosses("sgd", model, new Sgd(0.01f));
        var logits = new float[16 * 10];
        model.Logits(Batch(0), logits);
        GoldenAssert.Close(Training.Values("sgd.logits"), logits, 1e-4, "logits after three steps");
    }

    /// <summary>The network with the fixture's weights and without dropout.</summary>
    internal static Sequential CreateModel()
    {
        var model = new Sequential(SimpleCnn.Describe(Image, classes: 10, dropoutRate: 0), seed: 1);
        model.SetWeights(SafeTensors.Load(GoldenFile.PathOf("simplecnn_weights.safetensors")));
        return model;
    }

    private static Loss LossOf(string name) => name == "mse" ? Loss.MeanSquaredError : Loss.CrossEntropy;

    private static ReadOnlySpan<float> Batch(int step) => Training.Values("images").AsSpan(step * 16 * Image.Size, 16 * Image.Size);

    private static ReadOnlySpan<int> Labels(int step) => Training.Integers("labels").AsSpan(step * 16, 16);

    private static void AssertLosses(string name, Sequential model, Optimizer optimizer)
    {
        float[] golden = Training.Values(name + ".losses");
        for (int step = 0; step < golden.Length; step++)
        {
            float loss = model.TrainOnBatch(Batch(step), Labels(step), Loss.CrossEntropy, optimizer).Loss;
            GoldenAssert.Close([golden[step]], [loss], 1e-4, $"loss of {name} step {step + 1}");
        }
    }
}
