namespace AdvLib.Tests;

/// <summary>The loss of TRADES, its gradient through both answers, and a training step on it, against PyTorch in float64.</summary>
public sealed class GoldenDefencesTests
{
    private static readonly GoldenFile Golden = GoldenFile.Open("defences");

    [Theory]
    [InlineData("undecided")]
    [InlineData("decided")]
    [InlineData("saturated")]
    public void Trades_and_its_gradient_agree(string name)
    {
        float[] logits = Golden.Values(name + ".logits");
        var gradient = new float[logits.Length];
        float loss = new Trades(Golden.Values(name + ".beta")[0]).EvaluateBatch(logits, Golden.Integers("labels"), gradient);
        GoldenAssert.Close(Golden.Values(name + ".loss"), [loss], 1e-5, name);
        GoldenAssert.Close(Golden.Values(name + ".gradient"), gradient, 1e-5, $"gradient, {name}");
    }

    [Fact]
    public void A_training_step_on_pairs_agrees()
    {
        var model = new Sequential(SimpleCnn.Describe(new(28, 28, 1), 10, dropoutRate: 0), seed: 1);
        model.Load(GoldenFile.PathOf("simplecnn_weights.safetensors"));
        StepResult step = model.TrainOnBatch(Golden.Values("step.images"), Golden.Integers("step.labels"), new Trades(6), new Sgd());
        GoldenAssert.Close(Golden.Values("step.loss"), [step.Loss], 1e-5, "loss");
        Dictionary<string, NamedTensor> gradients = model.GetGradients().ToDictionary(tensor => tensor.Name);
        List<NamedTensor> golden = Golden.Under("step.gradient.");
        Assert.Equal(3, golden.Count);
        foreach (NamedTensor tensor in golden)
            GoldenAssert.Close(tensor.Values, gradients[tensor.Name].Values, 1e-4, "gradient of " + tensor.Name);
    }
}
