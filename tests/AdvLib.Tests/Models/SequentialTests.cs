using AdvLib.Numerics;

namespace AdvLib.Tests;

public sealed class SequentialTests
{
    [Fact]
    public void SimpleCnnHasTheRecipesParametersAndNames()
    {
        INetwork model = SimpleCnn.Create(new(28, 28, 1), 10, seed: 1);
        Assert.Equal(422_538, model.Description.ParameterCount);
        string[] expected =
        [
            "conv2d.kernel [3, 3, 1, 32]", "conv2d.bias [32]",
            "batch_normalization.gamma [32]", "batch_normalization.beta [32]", "batch_normalization.moving_mean [32]", "batch_normalization.moving_variance [32]",
            "conv2d_1.kernel [3, 3, 32, 64]", "conv2d_1.bias [64]",
            "batch_normalization_1.gamma [64]", "batch_normalization_1.beta [64]", "batch_normalization_1.moving_mean [64]", "batch_normalization_1.moving_variance [64]",
            "dense.kernel [3136, 128]", "dense.bias [128]",
            "batch_normalization_2.gamma [128]", "batch_normalization_2.beta [128]", "batch_normalization_2.moving_mean [128]", "batch_normalization_2.moving_variance [128]",
            "dense_1.kernel [128, 10]", "dense_1.bias [10]",
        ];
        Assert.Equal(expected, model.GetWeights().Select(tensor => tensor.ToString()));
        Assert.Contains("422,538", model.Description.Summary().ToString(), StringComparison.Ordinal);
        Assert.Contains("14x14x32", model.Description.Summary().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void InitialWeightsAreGlorotUniform()
    {
        NamedTensor kernel = SimpleCnn.Create(new(28, 28, 1), 10, seed: 9).GetWeights().Single(tensor => tensor.Name == "dense.kernel");
        double limit = Math.Sqrt(6.0 / (3136 + 128));
        Assert.InRange(kernel.Values.Max(), 0.999 * limit, limit);
        Assert.InRange(kernel.Values.Min(), -limit, -0.999 * limit);
        Assert.Equal(0, kernel.Values.Average(), 1e-4);
        Assert.Equal(limit * limit / 3, kernel.Values.Average(w => (double)w * w), 1e-5);
    }

    [Fact]
    public void SameSeedSameBitsForAnyNumberOfThreads()
    {
        float[] one = TrainedWeights(threads: 1, seed: 7);
        foreach (int threads in (int[])[2, 3, 8])
            Assert.Equal(one, TrainedWeights(threads, seed: 7));
        Assert.NotEqual(one, TrainedWeights(threads: 1, seed: 8));
    }

    [Fact]
    public void SimpleCnnTrainsToTheSameBitsOnOneAndTwoThreads()
    {
        float[] Train(int threads)
        {
            Sequential model = new Sequential(SimpleCnn.Describe(new(28, 28, 1), 10), 3, new ThreadTeam(threads));
            var optimizer = new Adam();
            for (int step = 0; step < 3; step++)
                model.TrainOnBatch(TestNetworks.Images(64, model.InputShape, (ulong)step), TestNetworks.Labels(64, 10), Loss.CrossEntropy, optimizer);
            return TestNetworks.AllWeights(model);
        }

        Assert.Equal(Train(1), Train(2));
    }

    [Fact]
    public void BatchSizeChangesNoLogitAndNoGradient()
    {
        Sequential model = TestNetworks.SmallCnn();
        const int Count = 300;
        float[] images = TestNetworks.Images(Count, model.InputShape);
        int[] labels = TestNetworks.Labels(Count, 4);
        float[] whole = TestNetworks.LogitsOf(model, images);
        var wholeGradient = new float[images.Length];
        model.InputGradient(images, labels, Loss.CrossEntropy, wholeGradient);
        int size = model.InputShape.Size;
        foreach (int batch in (int[])[1, 7, 150])
        {
            for (int start = 0; start + batch <= Count; start += batch)
            {
                float[] part = images[(start * size)..((start + batch) * size)];
                var gradient = new float[part.Length];
                model.InputGradient(part, labels.AsSpan(start, batch), Loss.CrossEntropy, gradient);
                Assert.Equal(whole[(start * 4)..((start + batch) * 4)], TestNetworks.LogitsOf(model, part));
                Assert.Equal(wholeGradient[(start * size)..((start + batch) * size)], gradient);
            }
        }
    }

    [Fact]
    public void InferenceAndGradientsLeaveTheModelAndTheInputAsTheyAre()
    {
        Sequential model = TestNetworks.SmallCnn();
        model.TrainOnBatch(TestNetworks.Images(20, model.InputShape), TestNetworks.Labels(20, 4), Loss.CrossEntropy, new Adam());
        float[] before = TestNetworks.AllWeights(model);
        float[] images = TestNetworks.Images(5, model.InputShape);
        float[] copy = [.. images];
        float[] logits = TestNetworks.LogitsOf(model, images);
        model.InputGradient(images, TestNetworks.Labels(5, 4), Loss.CrossEntropy, new float[images.Length]);
        Assert.Equal(before, TestNetworks.AllWeights(model));
        Assert.Equal(copy, images);
        Assert.Equal(logits, TestNetworks.LogitsOf(model, images));
    }

    [Fact]
    public void GradientsAndLogitsComeFromTheSameForwardPass()
    {
        Sequential model = TestNetworks.SmallCnn();
        float[] images = TestNetworks.Images(200, model.InputShape);
        var logits = new float[200 * 4];
        model.InputGradient(images, TestNetworks.Labels(200, 4), Loss.CrossEntropy, new float[images.Length], logits);
        Assert.Equal(TestNetworks.LogitsOf(model, images), logits);
    }

    [Fact]
    public void AWarmStepAllocatesNothing()
    {
        Sequential model = new Sequential(SimpleCnn.Describe(new(28, 28, 1), 10), 1, new ThreadTeam(2));
        ImageSet images = TestNetworks.Set(200, model.InputShape, 10);
        var optimizer = new Adam();
        var mixed = new MixedAdversarialBatches(model, images, 64, epsilon: 0.1f);
        void Step()
        {
            Batch batch = mixed.Next();
            model.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, optimizer);
        }

        Step();
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void WeightsOfAnotherNetworkAreRefusedWholly()
    {
        Sequential model = TestNetworks.SmallCnn();
        float[] before = TestNetworks.AllWeights(model);
        List<NamedTensor> weights = [.. model.GetWeights().Select(tensor => tensor with { Values = new float[tensor.Values.Length] })];

        Assert.Contains("dense_1.bias", Assert.Throws<ShapeMismatchException>(() => model.SetWeights(weights[..^1])).Message, StringComparison.Ordinal);
        Assert.Contains("extra", Assert.Throws<ShapeMismatchException>(() => model.SetWeights([.. weights, new("extra", [1], [0])])).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => model.SetWeights([.. weights[..^1], weights[^1] with { Shape = [2, 2] }]));
        Assert.Equal(before, TestNetworks.AllWeights(model));

        weights.Reverse();
        model.SetWeights(weights);
        Assert.All(TestNetworks.AllWeights(model), weight => Assert.Equal(0, weight));
    }

    [Fact]
    public void SpansThatDoNotFitAreRefused()
    {
        Sequential model = TestNetworks.SmallCnn();
        int size = model.InputShape.Size;
        Assert.Throws<ShapeMismatchException>(() => model.Logits(new float[size + 1], new float[4]));
        Assert.Throws<ShapeMismatchException>(() => model.Logits(new float[size], new float[5]));
        Assert.Throws<ShapeMismatchException>(() => model.InputGradient(new float[size], [0, 1], Loss.CrossEntropy, new float[size]));
        Assert.Throws<ShapeMismatchException>(() => model.InputGradient(new float[size], [4], Loss.CrossEntropy, new float[size]));
        Assert.Throws<ShapeMismatchException>(() => model.InputGradient(new float[size], [0], Loss.CrossEntropy, new float[size - 1]));
        Assert.Throws<ShapeMismatchException>(() => model.TrainOnBatch(new float[size], [-1], Loss.CrossEntropy, new Adam()));
        Assert.Throws<ShapeMismatchException>(() => model.TrainOnBatch([], [], Loss.CrossEntropy, new Adam()));
    }

    [Fact]
    public void AnOptimizerServesOneNetwork()
    {
        var optimizer = new Adam();
        Sequential first = TestNetworks.SmallCnn();
        first.TrainOnBatch(TestNetworks.Images(2, first.InputShape), [0, 1], Loss.CrossEntropy, optimizer);
        var second = new Sequential(Shape.Vector(2), 1, new Dense(2));
        Assert.Throws<ShapeMismatchException>(() => second.TrainOnBatch([1, 2], [0], Loss.CrossEntropy, optimizer));
    }

    private static float[] TrainedWeights(int threads, ulong seed)
    {
        Sequential model = TestNetworks.SmallCnn(seed, threads);
        var optimizer = new Adam(0.01f);
        for (int step = 0; step < 5; step++)
            model.TrainOnBatch(TestNetworks.Images(33, model.InputShape, (ulong)step), TestNetworks.Labels(33, 4), Loss.CrossEntropy, optimizer);
        return TestNetworks.AllWeights(model);
    }
}
