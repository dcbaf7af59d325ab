namespace AdvLib.Tests;

/// <summary>
/// Single layers against PyTorch in float64: outputs and all gradients, in inference and in training. Tolerance: 1e-5 of the
/// largest value of each tensor.
/// </summary>
public sealed class GoldenLayerTests
{
    private const double Tolerance = 1e-5;

    private static readonly GoldenFile Golden = GoldenFile.Open("layers");

    /// <summary>The cases of the fixture, for example <c>conv.3</c>; the settings are in the fixture.</summary>
    public static TheoryData<string> Cases =>
        [.. Golden.Tensors.Where(tensor => tensor.Name.EndsWith(".input", StringComparison.Ordinal) && !tensor.Name.Contains("gradient", StringComparison.Ordinal))
            .Select(tensor => tensor.Name[..^".input".Length])];

    [Fact]
    public void All_cases_of_the_fixture_are_there() => Assert.Equal(16 + 6 + 4 + 3, Cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Inference_agrees(string name)
    {
        string results = name.StartsWith("norm", StringComparison.Ordinal) ? name + ".inference" : name;
        (int count, Shape shape) = InputOf(name);
        Layer layer = CreateLayer(name);
        var model = new Sequential(shape, seed: 1, layer, new Flatten());
        model.SetWeights(WeightsOf(name, model.Layers[0].Place.Name));

        float[] input = Golden.Values(name + ".input");
        var output = new float[count * model.Classes];
        model.Logits(input, output);
        GoldenAssert.Close(Golden.Values(results + ".output"), output, Tolerance, "output");

        var gradient = new float[input.Length];
        Array.Clear(output);
        model.InputGradient(input, [.. Enumerable.Range(0, count)], new GivenGradient(Golden.Values(results + ".upstream")), gradient, output);
        GoldenAssert.Close(Golden.Values(results + ".output"), output, Tolerance, "output beside the gradient");
        GoldenAssert.Close(Golden.Values(results + ".gradient.input"), gradient, Tolerance, "input gradient");
    }

    // Before the layer stands a convolution that is the identity: its weight gradients hold what the layer sends back in training.
    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_agrees(string name)
    {
        string results = name.StartsWith("norm", StringComparison.Ordinal) ? name + ".training" : name;
        (int count, Shape shape) = InputOf(name);
        Layer layer = CreateLayer(name);
        var model = new Sequential(shape, seed: 1, new Conv2D(shape.Channels, kernel: 1), layer, new Flatten());
        string place = model.Layers[1].Place.Name;
        model.SetWeights([.. Identity(shape.Channels), .. WeightsOf(name, place)]);

        float[] input = Golden.Values(name + ".input");
        float[] upstream = Golden.Values(results + ".upstream");
        StepResult step = model.TrainOnBatch(input, [.. Enumerable.Range(0, count)], new GivenGradient(upstream), new Sgd(1e-3f));

        double[] products = [.. Golden.Values(results + ".output").Zip(upstream, (y, u) => (double)y * u)];
        Assert.Equal(products.Sum() / count, step.Loss, Tolerance * products.Sum(Math.Abs) / count);

        Dictionary<string, NamedTensor> gradients = model.GetGradients().ToDictionary(tensor => tensor.Name);
        foreach (NamedTensor golden in Golden.Under(results + ".gradient.").Where(tensor => tensor.Name != "input"))
            AssertGradient(golden.Values, gradients[$"{place}.{golden.Name}"], count);
        (float[] kernel, float[] bias) = IdentityGradients(input, Golden.Values(results + ".gradient.input"), shape.Channels);
        AssertGradient(kernel, gradients["conv2d.kernel"], count);

        // Through batch norm no bias passes: its gradient is 0 but for rounding, and there is nothing to compare.
        if (layer is not BatchNorm)
            AssertGradient(bias, gradients["conv2d.bias"], count);
        Dictionary<string, NamedTensor> after = model.GetWeights().ToDictionary(tensor => tensor.Name);
        foreach (NamedTensor golden in Golden.Under(results + ".moving_"))
            GoldenAssert.Close(golden.Values, after[$"{place}.moving_{golden.Name}"].Values, 1e-6, "moving " + golden.Name);
    }

    // A step's loss is the mean over its images, the fixture's gradients are of the sum.
    private static void AssertGradient(float[] golden, NamedTensor gradient, int count) =>
        GoldenAssert.Close(golden, Array.ConvertAll(gradient.Values, value => value * count), Tolerance, "gradient of " + gradient.Name);

    private static (int Count, Shape Shape) InputOf(string name)
    {
        int[] shape = Golden[name + ".input"].Shape;
        return (shape[0], new Shape(shape[1], shape[2], shape[3]));
    }

    private static Layer CreateLayer(string name)
    {
        if (name.StartsWith("dense", StringComparison.Ordinal))
            return new Dense(Golden[name + ".bias"].Shape[0]);
        if (name.StartsWith("norm", StringComparison.Ordinal))
            return new BatchNorm();
        int[] settings = Golden.Integers(name + ".settings");
        return name.StartsWith("pool", StringComparison.Ordinal)
            ? new MaxPool2D(settings[0], settings[1])
            : new Conv2D(Golden[name + ".bias"].Shape[0], settings[0], settings[1], settings[2] == 1 ? Padding.Same : Padding.Valid);
    }

    private static NamedTensor[] WeightsOf(string name, string layer) =>
        [.. Golden.Under(name + ".").Where(tensor => tensor.Name is "kernel" or "bias" or "gamma" or "beta" or "moving_mean" or "moving_variance")
            .Select(tensor => tensor with { Name = $"{layer}.{tensor.Name}" })];

    private static NamedTensor[] Identity(int channels)
    {
        var kernel = new float[channels * channels];
        for (int c = 0; c < channels; c++)
            kernel[c * channels + c] = 1;
        return [new("conv2d.kernel", [1, 1, channels, channels], kernel), new("conv2d.bias", [channels], new float[channels])];
    }

    // kernel[a, b] = sum over all places of x[a] dy[b]; bias[b] = sum of dy[b].
    private static (float[] Kernel, float[] Bias) IdentityGradients(float[] x, float[] dy, int channels)
    {
        var kernel = new double[channels * channels];
        var bias = new double[channels];
        for (int i = 0; i < x.Length; i++)
        {
            int place = i / channels * channels;
            bias[i % channels] += dy[i];
            for (int a = 0; a < channels; a++)
                kernel[a * channels + i % channels] += (double)x[place + a] * dy[i];
        }

        return (Array.ConvertAll(kernel, value => (float)value), Array.ConvertAll(bias, value => (float)value));
    }
}
