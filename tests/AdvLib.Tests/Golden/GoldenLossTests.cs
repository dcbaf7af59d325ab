namespace AdvLib.Tests;

/// <summary>The losses against PyTorch in float64, from undecided to saturated logits.</summary>
public sealed class GoldenLossTests
{
    [Theory]
    [InlineData("cross_entropy")]
    [InlineData("mse")]
    public void Losses_and_gradients_agree(string name)
    {
        GoldenFile golden = GoldenFile.Open("losses");
        Loss loss = name == "mse" ? Loss.MeanSquaredError : Loss.CrossEntropy;
        int[] labels = golden.Integers("labels");
        int classes = golden["logits"].Shape[1];
        var gradient = new float[classes];
        for (int i = 0; i < labels.Length; i++)
        {
            Span<float> row = golden.Values("logits").AsSpan(i * classes, classes);
            float value = loss.Evaluate(row, labels[i], gradient);
            GoldenAssert.Close([golden.Values(name + ".losses")[i]], [value], 1e-5, $"{name} of row {i}");
            GoldenAssert.Close(golden.Values(name + ".gradient").AsSpan(i * classes, classes), gradient, 1e-5, $"gradient of {name} of row {i}");
        }
    }
}
