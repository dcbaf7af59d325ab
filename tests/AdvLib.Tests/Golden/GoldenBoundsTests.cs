namespace AdvLib.Tests;

/// <summary>Bounds by intervals and by lines, and a training step on boxes, against PyTorch in float64.</summary>
public sealed class GoldenBoundsTests
{
    private static readonly GoldenFile Golden = GoldenFile.Open("bounds");
    private static readonly float[] Images = Golden.Values("images");
    private static readonly int[] Labels = Golden.Integers("labels");
    private static readonly float Epsilon = Golden.Values("epsilon")[0];
    private static readonly float[] Lower = [.. Images.Select(x => MathF.Max(x - Epsilon, 0))];
    private static readonly float[] Upper = [.. Images.Select(x => MathF.Min(x + Epsilon, 1))];

    [Fact]
    public void Intervals_agree()
    {
        var bounds = new NetworkBounds(Model());
        (float[] lowest, float[] highest, float[] margins) = (new float[24], new float[24], new float[24]);
        bounds.Logits(Lower, Upper, lowest, highest);
        bounds.Margins(Lower, Upper, Labels, margins);
        AssertJustBelow(Golden.Values("lowest"), lowest);
        AssertJustBelow([.. Golden.Values("highest").Select(x => -x)], [.. highest.Select(x => -x)]);
        AssertJustBelow(Golden.Values("margins"), margins);
    }

    [Fact]
    public void Lines_agree()
    {
        var margins = new float[24];
        new NetworkBounds(Model()).LinearMargins(Lower, Upper, Labels, margins);
        AssertJustBelow(Golden.Values("linear_margins"), margins);
    }

    [Fact]
    public void A_training_step_agrees()
    {
        Sequential model = Model();
        StepResult step = new BoxTraining(model).TrainOnBatch(Lower, Upper, [], Labels, 0, Loss.CrossEntropy, new Sgd());
        GoldenAssert.Close(Golden.Values("loss"), [step.Loss], 1e-5, "loss");
        Dictionary<string, NamedTensor> gradients = model.GetGradients().ToDictionary(tensor => tensor.Name);
        List<NamedTensor> golden = Golden.Under("gradient.");
        Assert.Equal(gradients.Count, golden.Count);
        float largest = golden.Max(tensor => tensor.Values.Max(MathF.Abs));
        foreach (NamedTensor tensor in golden)
        {
            // The bias before a normalization has a gradient of 0, and rounding.
            bool isNothing = tensor.Values.All(value => MathF.Abs(value) < 1e-6f * largest);
            float[] actual = gradients[tensor.Name].Values;
            if (isNothing)
                Assert.All(actual, value => Assert.InRange(value, -1e-5f * largest, 1e-5f * largest));
            else
                GoldenAssert.Close(tensor.Values, actual, 1e-4, "gradient of " + tensor.Name);
        }
    }

    // Lower by what float32 may lose, and nowhere higher.
    private static void AssertJustBelow(float[] golden, float[] bounds)
    {
        GoldenAssert.Close(golden, bounds, 3e-4, "bounds");
        Assert.All(golden.Zip(bounds), pair => Assert.True(pair.Second <= pair.First, $"{pair.Second} above {pair.First}"));
    }

    private static Sequential Model()
    {
        var model = new Sequential(
            new Shape(8, 7, 2), 1, new Threshold(0.2f, 0.8f), new Conv2D(5, 3, 2), new ReLU(), new BatchNorm(),
            new Conv2D(6, 2, 1, Padding.Valid), new BatchNorm(), new ReLU(), new Flatten(), new Dense(9), new ReLU(), new Dense(4));
        model.SetWeights(Golden.Under("weights."));
        return model;
    }
}
