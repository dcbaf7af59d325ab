namespace AdvLib.Tests;

public sealed class LayerTests
{
    [Fact]
    public void SameConvolutionAtStride2OnAnEvenSizePadsAtTheBottomAndRightOnly()
    {
        // One bright pixel in the corner and a kernel that copies its top-left tap: only the unpadded corner can see it there.
        var model = new Sequential(new(4, 4, 1), 1, new Conv2D(1, 3, 2), new Flatten());
        var kernel = new float[9];
        kernel[0] = 1;
        model.SetWeights([new("conv2d.kernel", [3, 3, 1, 1], kernel), new("conv2d.bias", [1], [0])]);
        float[] logits = TestNetworks.LogitsOf(model, [.. Enumerable.Range(1, 16).Select(i => (float)i)]);
        Assert.Equal([1, 3, 9, 11], logits);
    }

    [Fact]
    public void DropoutZeroesItsShareScalesTheRestAndRestsInInference()
    {
        var model = new Sequential(Shape.Vector(1000), 1, new Dropout(0.3f), new Dense(2));
        float[] ones = [.. Enumerable.Repeat(1f, 1000)];
        model.SetWeights([new("dense.kernel", [1000, 2], new float[2000]), new("dense.bias", [2], [0, 0])]);
        Assert.All(TestNetworks.LogitsOf(model, ones), logit => Assert.Equal(0, logit));

        // The kernel's gradient is the masked input times the logits' gradient, which is -1/2 and 1/2 here.
        model.TrainOnBatch(ones, [0], Loss.CrossEntropy, new Sgd(1e-6f));
        float[] mask = [.. model.GetGradients()[0].Values.Where((_, i) => i % 2 == 1).Select(g => 2 * g)];
        Assert.InRange(mask.Count(value => value == 0), 250, 350);
        Assert.All(mask, value => Assert.True(value == 0 || Math.Abs(value - 1 / 0.7f) < 1e-5));
    }

    [Fact]
    public void BatchNormKeepsMovingStatisticsOfThePopulation()
    {
        var model = new Sequential(Shape.Vector(2), 1, new BatchNorm(momentum: 0.9f), new Dense(2));
        model.TrainOnBatch([1, 10, 3, 30, 5, 20], [0, 1, 0], Loss.CrossEntropy, new Sgd(1e-6f));
        IReadOnlyList<NamedTensor> weights = model.GetWeights();
        float[] mean = weights.Single(tensor => tensor.Name == "batch_normalization.moving_mean").Values;
        float[] variance = weights.Single(tensor => tensor.Name == "batch_normalization.moving_variance").Values;
        Assert.Equal(0.1 * 3, mean[0], 1e-5);
        Assert.Equal(0.1 * 20, mean[1], 1e-5);
        Assert.Equal(0.9 + 0.1 * (8.0 / 3), variance[0], 1e-5);
        Assert.Equal(0.9 + 0.1 * (200.0 / 3), variance[1], 1e-4);
    }

    [Fact]
    public void AThresholdCutsOffAndStretches()
    {
        var model = new Sequential(Shape.Vector(5), 1, new Threshold(0.25f, 0.75f));
        Assert.Equal([0, 0, 0.5f, 1, 1], TestNetworks.LogitsOf(model, [-3, 0.25f, 0.5f, 0.75f, 2]));
    }

    [Fact]
    public void AThresholdOfOneBoundIsAStepThatGradientsPass()
    {
        Assert.True(new Threshold(0.5f, 0.5f).IsStep);
        Assert.False(new Threshold(0.25f, 0.75f).IsStep);
        var model = new Sequential(Shape.Vector(4), 1, new Threshold(0.5f, 0.5f));
        float[] x = [-3, 0.5f, MathF.BitIncrement(0.5f), 2];
        float[] logits = TestNetworks.LogitsOf(model, x);
        Assert.Equal([0, 0, 1, 1], logits);
        var expected = new float[4];
        Loss.CrossEntropy.Evaluate(logits, 2, expected);
        var gradient = new float[4];
        model.InputGradient(x, [2], Loss.CrossEntropy, gradient);
        Assert.Equal(expected, gradient);
    }

    [Fact]
    public void LayersThatDoNotFitAreNamed()
    {
        Assert.Contains("Flatten", Assert.Throws<ShapeMismatchException>(() => new Sequential(new(4, 4, 1), 1, new Dense(2))).Message, StringComparison.Ordinal);
        Assert.Contains("2x2x1", Assert.Throws<ShapeMismatchException>(() => new Sequential(new(2, 2, 1), 1, new Conv2D(2, 3, 1, Padding.Valid), new Flatten(), new Dense(2))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => new Sequential(new(2, 2, 1), 1, new MaxPool2D(3), new Flatten(), new Dense(2)));
        Assert.Throws<ShapeMismatchException>(() => new Sequential(new(2, 2, 1), 1, new Conv2D(2, 1)));
        Assert.Throws<ShapeMismatchException>(() => new Sequential(new Shape(2, 2, 1), 1));
    }

    [Fact]
    public void ALayerIsADescriptionThatMayStandInManyPlaces()
    {
        var layer = new Dense(2);
        Sequential first = new(Shape.Vector(3), 1, layer), second = new(Shape.Vector(3), 2, layer), twice = new(Shape.Vector(2), 1, layer, layer);
        float[] before = TestNetworks.AllWeights(second);
        first.TrainOnBatch([1, 2, 3], [0], Loss.CrossEntropy, new Sgd(0.1f));
        Assert.Equal(before, TestNetworks.AllWeights(second));
        Assert.NotEqual(before, TestNetworks.AllWeights(first));
        Assert.Equal(["dense.kernel", "dense.bias", "dense_1.kernel", "dense_1.bias"], twice.GetWeights().Select(tensor => tensor.Name));
        Assert.Equal(new Dense(2), layer);
    }

    [Fact]
    public void SettingsOutOfRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2D(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2D(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2D(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm(momentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm(epsilon: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaxPool2D(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threshold(0.6f, 0.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threshold(float.NaN, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Threshold(0, float.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(float.NaN));
    }
}
