namespace AdvLib.Tests;

/// <summary>The losses against PyTorch in float64, from undecided to saturated logits.</summary>
public sealed class GoldenLossTests
{
    // In the rows from here on a probability comes close to 1, and float32 keeps few digits of 1 - p.
    private const int Undecided = 9;

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
            double tolerance = i < Undecided ? 1e-5 : 2e-3;
            GoldenAssert.Close([golden.Values(name + ".losses")[i]], [value], tolerance, $"{name} of row {i}");
            GoldenAssert.Close(golden.Values(name + ".gradient").AsSpan(i * classes, classes), gradient, tolerance, $"gradient of {name} of row {i}");
        }
    }
}
