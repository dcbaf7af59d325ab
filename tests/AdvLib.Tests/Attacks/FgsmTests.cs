namespace AdvLib.Tests;

public sealed class FgsmTests
{
    private const int Count = 40;
    private static readonly float[] Images = TestNetworks.Images(Count, TestNetworks.Small);
    private static readonly int[] Labels = TestNetworks.Labels(Count, 4);

    [Fact]
    public void Defaults_are_the_recipes()
    {
        var attack = new Fgsm();
        Assert.Equal(2f / 255, attack.Epsilon);
        Assert.Same(Loss.MeanSquaredError, attack.Loss);
        Assert.Null(attack.Clip);
        Assert.Same(Goal.LeaveLabel, attack.Goal);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Epsilon_0_is_the_identity(bool clip, bool targeted)
    {
        float[] adversaries = Perturb(new Fgsm(0) { Clip = clip ? PixelRange.Unit : null, Goal = targeted ? Goal.Reach(Labels) : Goal.LeaveLabel }, Warm());
        Assert.Equal(Bits(Images), Bits(adversaries));
    }

    [Theory]
    [InlineData(2f / 255)]
    [InlineData(0.1f)]
    [InlineData(3)]
    public void Every_pixel_moves_by_epsilon_along_the_sign_of_its_gradient(float epsilon)
    {
        Sequential model = Warm();
        foreach (Loss loss in (Loss[])[Loss.MeanSquaredError, Loss.CrossEntropy])
        {
            float[] gradient = Gradient(model, loss);
            float[] adversaries = Perturb(new Fgsm(epsilon) { Loss = loss }, model);

            // One float addition, so exactly the rounded sum; and for a reader, epsilon to half a unit in the last place below 4.
            Assert.Equal(Bits([.. Images.Select((pixel, i) => pixel + MathF.Sign(gradient[i]) * epsilon)]), Bits(adversaries));
            Assert.Equal(epsilon, Images.Zip(adversaries, (a, b) => Math.Abs((double)b - a)).Max(), 1.2e-7);
        }
    }

    [Fact]
    public void Nothing_is_clipped_by_default()
    {
        float[] adversaries = Perturb(new Fgsm(0.25f), new FakeClassifier(Shape.Vector(2), 2) { Slope = (_, _) => [-1, 1] }, [0, 1], [0]);
        Assert.Equal([-0.25f, 1.25f], adversaries);
    }

    // All lengths up to a few vectors: the vectorised part and the rest must agree.
    [Fact]
    public void The_sign_of_0_is_0_and_the_size_of_a_gradient_does_not_count()
    {
        float[] slopes = [0, 1e-30f, -1e-30f, -0f, float.Epsilon, -float.Epsilon, 5, float.MinValue];
        float[] signs = [0, 1, -1, 0, 1, -1, 1, -1];
        for (int length = 1; length <= 70; length++)
        {
            var model = new FakeClassifier(Shape.Vector(length), 2) { Slope = (image, _) => [.. image.Select((_, i) => slopes[i % slopes.Length])] };
            float[] images = TestNetworks.Images(1, Shape.Vector(length));
            foreach ((bool targeted, float step) in ((bool, float)[])[(false, 0.1f), (true, -0.1f)])
                Assert.Equal(images.Select((pixel, i) => pixel + signs[i % signs.Length] * step), Perturb(new Fgsm(0.1f) { Goal = targeted ? Goal.Reach(0) : Goal.LeaveLabel }, model, images, [0]));
        }
    }

    [Fact]
    public void A_clipped_adversary_is_the_unclipped_one_cut_to_the_range()
    {
        Sequential model = Warm();
        float[] free = Perturb(new Fgsm(0.3f), model);
        Assert.Contains(free, pixel => pixel < 0);
        Assert.Contains(free, pixel => pixel > 1);
        Assert.Equal(free.Select(pixel => Math.Clamp(pixel, 0, 1)), Perturb(new Fgsm(0.3f) { Clip = PixelRange.Unit }, model));
        Assert.Equal(free.Select(pixel => Math.Clamp(pixel, 0.25f, 0.5f)), Perturb(new Fgsm(0.3f) { Clip = new(0.25f, 0.5f) }, model));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Untargeted_raises_the_loss_of_each_image_and_targeted_lowers_it(bool targeted)
    {
        Sequential model = Warm();
        foreach (Loss loss in (Loss[])[Loss.MeanSquaredError, Loss.CrossEntropy])
        {
            float[] before = Losses(model, loss, Images);
            float[] after = Losses(model, loss, Perturb(new Fgsm(0.002f) { Loss = loss, Goal = targeted ? Goal.Reach(Labels) : Goal.LeaveLabel }, model));
            Assert.All(Enumerable.Range(0, Count), i => Assert.True(targeted ? after[i] < before[i] : after[i] > before[i], $"image {i}: {before[i]} to {after[i]}"));
        }
    }

    [Fact]
    public void The_targets_are_the_goals_and_labels_play_no_role_then()
    {
        Sequential model = Warm();
        int[] targets = [.. Labels.Select(label => (label + 1) % 4)];
        float[] adversaries = Perturb(new Fgsm(0.1f) { Goal = Goal.Reach(targets) }, model);
        Assert.NotEqual(Bits(Perturb(new Fgsm(0.1f) { Goal = Goal.Reach(Labels) }, model)), Bits(adversaries));
        Assert.Equal(Bits(Perturb(new Fgsm(0.1f) { Goal = Goal.Reach(targets) }, model, Images, new int[Count])), Bits(adversaries));
        Assert.Throws<ShapeMismatchException>(() => Perturb(new Fgsm(0.1f) { Goal = Goal.Reach(targets[1..]) }, model));
        Assert.Throws<ShapeMismatchException>(() => Perturb(new Fgsm(0.1f) { Goal = Goal.Reach(4) }, model));
    }

    [Fact]
    public void Batch_size_and_threads_change_no_bit()
    {
        var attack = new Fgsm(0.1f) { Clip = PixelRange.Unit };
        const int Many = 300;
        float[] images = TestNetworks.Images(Many, TestNetworks.Small);
        int[] labels = TestNetworks.Labels(Many, 4);
        float[] expected = Perturb(attack, Warm(threads: 1), images, labels);
        int size = TestNetworks.Small.Size;
        foreach (int threads in (int[])[2, 3])
        {
            Sequential model = Warm(threads);
            foreach (int batch in (int[])[1, 7, 128, Many])
            {
                var adversaries = new float[images.Length];
                for (int start = 0; start < Many; start += batch)
                {
                    int count = Math.Min(batch, Many - start);
                    attack.Perturb(model, images.AsSpan(start * size, count * size), labels.AsSpan(start, count), adversaries.AsSpan(start * size, count * size));
                }

                Assert.Equal(Bits(expected), Bits(adversaries));
            }
        }
    }

    [Fact]
    public void Model_statistics_and_input_stay_as_they_are()
    {
        Sequential model = Warm();
        float[] weights = TestNetworks.AllWeights(model);
        float[] images = [.. Images];
        int[] labels = [.. Labels];
        Perturb(new Fgsm(0.1f), model, images, labels);
        Assert.Equal(Bits(weights), Bits(TestNetworks.AllWeights(model)));
        Assert.Equal(Bits(Images), Bits(images));
        Assert.Equal(Labels, labels);
    }

    [Fact]
    public void Dropout_and_batch_statistics_play_no_role()
    {
        Sequential model = Warm(dropout: 0.5f);
        float[] adversaries = Perturb(new Fgsm(0.1f), model);
        Sequential without = TestNetworks.SmallCnn(seed: 2, dropout: 0);
        without.SetWeights(model.GetWeights());
        Assert.Equal(Bits(adversaries), Bits(Perturb(new Fgsm(0.1f), without)));
        Assert.Equal(Bits(adversaries), Bits(Perturb(new Fgsm(0.1f), model)));

        // Nor do they take random numbers from the training that goes on.
        Sequential never = Warm(dropout: 0.5f);
        foreach (Sequential each in (Sequential[])[model, never])
            each.TrainOnBatch(Images, Labels, Loss.CrossEntropy, new Sgd(0.1f));
        Assert.Equal(Bits(TestNetworks.AllWeights(never)), Bits(TestNetworks.AllWeights(model)));
    }

    [Fact]
    public void Adversaries_must_not_overlap_the_images()
    {
        Sequential model = Warm();
        int size = TestNetworks.Small.Size;
        float[] memory = TestNetworks.Images(2, TestNetworks.Small);
        var e = Assert.Throws<ShapeMismatchException>(() => new Fgsm().Perturb(model, memory.AsSpan(0, size), [0], memory.AsSpan(0, size)));
        Assert.Contains("over the images they come from", e.Message, StringComparison.Ordinal);
        Assert.Contains("a buffer of its own", e.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => new Fgsm().Perturb(model, memory.AsSpan(0, size), [0], memory.AsSpan(size - 1, size)));
        Assert.Equal(TestNetworks.Images(2, TestNetworks.Small), memory);

        new Fgsm().Perturb(model, memory.AsSpan(0, size), [0], memory.AsSpan(size, size));
    }

    [Fact]
    public void Spans_that_do_not_fit_are_refused()
    {
        Sequential model = Warm();
        int size = TestNetworks.Small.Size;
        Assert.Throws<ShapeMismatchException>(() => Perturb(new Fgsm(), model, new float[size + 1], [0]));
        Assert.Throws<ShapeMismatchException>(() => Perturb(new Fgsm(), model, new float[size], [0, 1]));
        Assert.Throws<ShapeMismatchException>(() => Perturb(new Fgsm(), model, new float[size], [4]));
        Assert.Throws<ShapeMismatchException>(() => new Fgsm().Perturb(model, new float[size], [0], new float[size - 1]));
        Assert.Throws<ArgumentNullException>(() => new Fgsm().Perturb(null!, new float[size], [0], new float[size]));
    }

    [Theory]
    [InlineData(-0.1f, "-0.1")]
    [InlineData(-1e-20f, "-1E-20")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void An_epsilon_must_be_finite_and_not_negative(float epsilon, string found)
    {
        foreach (Func<Fgsm> create in (Func<Fgsm>[])[() => new Fgsm(epsilon), () => new Fgsm { Epsilon = epsilon }, () => new Fgsm() with { Epsilon = epsilon }])
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(create);
            Assert.Equal(epsilon, e.ActualValue);
            foreach (string part in (string[])["finite and at least 0", "pixel units of [0, 1]", "for example 0.1", found])
                Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_name_tells_every_setting()
    {
        Assert.Equal("FGSM eps 0.00784, mean squared error", new Fgsm().Name);
        Assert.Equal("FGSM eps 0.1, cross-entropy", new Fgsm(0.1f) { Loss = Loss.CrossEntropy }.Name);
        Assert.Equal("FGSM eps 0.3, mean squared error, clipped to [0, 1]", new Fgsm(0.3f) { Clip = PixelRange.Unit }.Name);
        Assert.Equal("FGSM eps 0.25, cross-entropy, clipped to [-0.5, 1.5], targeted",
            new Fgsm(0.25f) { Loss = Loss.CrossEntropy, Clip = new(-0.5f, 1.5f), Goal = Goal.Reach(1) }.Name);
    }

    // A network that has seen a few batches, so that its moving statistics are not those of any batch.
    private static Sequential Warm(int threads = 2, float dropout = 0.25f)
    {
        Sequential model = TestNetworks.SmallCnn(seed: 2, threads, dropout);
        var optimizer = new Adam(0.01f);
        for (ulong step = 0; step < 3; step++)
            model.TrainOnBatch(TestNetworks.Images(16, model.InputShape, 50 + step), TestNetworks.Labels(16, 4), Loss.CrossEntropy, optimizer);
        return model;
    }

    private static float[] Perturb(Fgsm attack, IDifferentiableClassifier model) => Perturb(attack, model, Images, Labels);

    private static float[] Perturb(Fgsm attack, IDifferentiableClassifier model, float[] images, int[] labels)
    {
        float[] adversaries = [.. images.Select(_ => float.NaN)];
        attack.Perturb(model, images, labels, adversaries);
        return adversaries;
    }

    private static float[] Gradient(Sequential model, Loss loss)
    {
        var gradient = new float[Images.Length];
        model.InputGradient(Images, Labels, loss, gradient);
        return gradient;
    }

    private static float[] Losses(Sequential model, Loss loss, float[] images)
    {
        float[] logits = TestNetworks.LogitsOf(model, images);
        return [.. Labels.Select((label, i) => loss.Evaluate(logits.AsSpan(i * 4, 4), label, new float[4]))];
    }

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
