using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>The training step on boxes: its gradients, its loss, its bits.</summary>
public sealed class BoxTrainingTests
{
    private const int Batch = 6;
    private static readonly float[] Steps = [4e-3f, 1e-3f, 3e-4f];
    private static readonly Loss CrossEntropy = AdvLib.Loss.CrossEntropy;
    private static readonly int[] Labels = TestNetworks.Labels(Batch, 3);

    public static TheoryData<string> Networks =>
        [
            "dense alone", "dense", "relu first", "norm behind relu", "norm before relu", "pooling", "pooling at once", "threshold",
            "threshold in the middle",
        ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_match_differences_of_the_loss(string name)
    {
        foreach (float kappa in (float[])[0, 0.4f])
        {
            Sequential model = BoundedNetworks.Build(name, seed: 6);
            Loss(model, kappa);
            foreach (NamedTensor gradient in model.GetGradients())
            {
                string what = $"{name}, kappa {kappa}: {gradient.Name}";
                AssertDirectional(what, gradient.Values, move => Loss(Moved(name, gradient.Name, move), kappa));
            }
        }
    }

    [Fact]
    public void Without_a_radius_it_is_the_step_of_the_images()
    {
        Sequential boxes = BoundedNetworks.Build("norm behind relu", seed: 2), plain = WithoutDropout();
        Sequential clean = BoundedNetworks.Build("norm behind relu", seed: 2);
        float[] images = TestNetworks.Images(Batch, boxes.InputShape);
        StepResult worst = new BoxTraining(boxes).TrainOnBatch(images, images, [], Labels, 0, CrossEntropy, new Sgd(0.1f));
        StepResult asTheyAre = plain.TrainOnBatch(images, Labels, CrossEntropy, new Sgd(0.1f));
        StepResult mixed = new BoxTraining(clean).TrainOnBatch(images, images, images, Labels, 0.3f, CrossEntropy, new Sgd(0.1f));
        Assert.Equal(asTheyAre.Correct, worst.Correct);
        Assert.Equal(asTheyAre.Loss, worst.Loss, 1e-5);
        Assert.Equal(asTheyAre.Loss, mixed.Loss, 1e-5);
        Close(TestNetworks.AllWeights(plain), TestNetworks.AllWeights(boxes));
        Close(TestNetworks.AllWeights(plain), TestNetworks.AllWeights(clean));
    }

    [Fact]
    public void A_step_that_is_refused_leaves_the_network_as_it_was_and_one_that_breaks_it_is_told()
    {
        Sequential model = BoundedNetworks.Build("norm behind relu", seed: 4), other = BoundedNetworks.Build("dense", seed: 4);
        var training = new BoxTraining(model) { MaxGradientNorm = float.PositiveInfinity };
        IReadOnlyList<NamedTensor> weights = model.GetWeights();
        float[] before = TestNetworks.AllWeights(model);
        (float[] lower, float[] upper) = Box(model);
        Assert.Throws<NumericalFaultException>(() => Step([.. upper.Select((x, i) => i == 3 ? float.NaN : x)], new Sgd(0.1f)));
        Assert.Equal(before, TestNetworks.AllWeights(model));

        var taken = new Adam();
        other.TrainOnBatch(TestNetworks.Images(Batch, other.InputShape), Labels, CrossEntropy, taken);
        Assert.ThrowsAny<Exception>(() => Step(upper, taken));
        Assert.Equal(before, TestNetworks.AllWeights(model));
        Assert.True(float.IsFinite(Step(upper, new Sgd(0.1f)).Loss));

        (lower, upper) = ([.. lower.Select(x => 1000 * x)], [.. upper.Select(x => 1000 * x)]);
        Assert.Throws<NumericalFaultException>(() => Step(upper, new Sgd(float.MaxValue)));
        Assert.Throws<NumericalFaultException>(() => model.Predict(TestNetworks.Images(Batch, model.InputShape)));
        model.SetWeights(weights);
        Assert.All(model.Predict(TestNetworks.Images(Batch, model.InputShape)), share => Assert.True(float.IsFinite(share)));

        StepResult Step(float[] to, IOptimizer optimizer) => training.TrainOnBatch(lower, to, [], Labels, 0, CrossEntropy, optimizer);
    }

    [Fact]
    public void The_worst_logits_are_the_margins_that_a_proof_finds()
    {
        // Without normalization, whose statistics differ between training and inference.
        Sequential model = BoundedNetworks.Build("pooling", seed: 3);
        (float[] lower, float[] upper) = Box(model);
        var margins = new float[Batch * 3];
        new NetworkBounds(model).Margins(lower, upper, Labels, margins);
        float[] worst = [.. margins.Select(margin => -margin)];
        double loss = Enumerable.Range(0, Batch).Average(i =>
            CrossEntropy.Evaluate(worst.AsSpan(i * 3, 3), Labels[i], new float[3]));
        Assert.Equal(loss, Loss(model, 0), 1e-4);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        float[][] weights = [.. Enumerable.Range(1, 4).Select(threads =>
        {
            Sequential model = BoundedNetworks.Build("norm behind relu", threads: threads);
            (float[] lower, float[] upper) = Box(model);
            var training = new BoxTraining(model) { MaxGradientNorm = 0.5f };
            var adam = new Adam(0.01f);
            for (int step = 0; step < 4; step++)
                training.TrainOnBatch(lower, upper, lower, Labels, step % 2 * 0.5f, CrossEntropy, adam);
            return TestNetworks.AllWeights(model);
        })];
        Assert.All(weights, others => Assert.Equal(weights[0], others));
    }

    [Fact]
    public void A_long_gradient_is_shortened_and_a_short_one_is_not()
    {
        double Length(float most)
        {
            Sequential model = BoundedNetworks.Build("norm behind relu");
            (float[] lower, float[] upper) = Box(model);
            new BoxTraining(model) { MaxGradientNorm = most }.TrainOnBatch(lower, upper, [], Labels, 0, CrossEntropy, new Sgd(0.1f));
            return Math.Sqrt(model.GetGradients().Sum(tensor => tensor.Values.Sum(g => (double)g * g)));
        }

        double free = Length(float.PositiveInfinity);
        Assert.Equal(free, Length((float)free * 2), 1e-9);
        Assert.Equal(free / 4, Length((float)free / 4), 1e-5 * free);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var refused = Assert.Throws<BoundsUnavailableException>(() => new BoxTraining(BoundedNetworks.Build("relu last")));
        Assert.Contains("re_lu", refused.Message, StringComparison.Ordinal);
        Sequential model = BoundedNetworks.Build("dense");
        var training = new BoxTraining(model);
        var pixels = new float[6];
        Assert.Throws<ArgumentOutOfRangeException>(() => training.TrainOnBatch(pixels, pixels, pixels, [0], 1.1f, CrossEntropy, new Sgd()));
        Assert.Throws<ShapeMismatchException>(() => training.TrainOnBatch(pixels, new float[5], pixels, [0], 0, CrossEntropy, new Sgd()));
        Assert.Throws<ShapeMismatchException>(() => training.TrainOnBatch(pixels, pixels, [], [0], 0.5f, CrossEntropy, new Sgd()));
        Assert.Throws<NumericalFaultException>(() =>
            training.TrainOnBatch([0, 0, 0, 0, 0, float.NaN], [0, 0, 0, 0, 0, float.NaN], [], [0], 0, CrossEntropy, new Sgd()));
    }

    // The loss of a step that moves nothing.
    private static float Loss(Sequential model, float kappa)
    {
        (float[] lower, float[] upper) = Box(model);
        float[] images = TestNetworks.Images(Batch, model.InputShape);
        return new BoxTraining(model).TrainOnBatch(lower, upper, images, Labels, kappa, CrossEntropy, new Sgd(1e-30f)).Loss;
    }

    private static (float[] Lower, float[] Upper) Box(Sequential model)
    {
        float[] images = TestNetworks.Images(Batch, model.InputShape);
        return ([.. images.Select(x => x - 0.07f)], [.. images.Select(x => x + 0.07f)]);
    }

    private static Sequential Moved(string name, string tensor, Func<float[], float[]> move)
    {
        Sequential model = BoundedNetworks.Build(name, seed: 6);
        model.SetWeights([.. model.GetWeights().Select(old => old.Name == tensor ? old with { Values = move(old.Values) } : old)]);
        return model;
    }

    private static Sequential WithoutDropout()
    {
        Sequential model = BoundedNetworks.Build("norm behind relu", seed: 2);
        IEnumerable<Layer> layers = model.Description.Layers.Select(place => place.Layer is Dropout ? new Dropout(0) : place.Layer);
        var same = new Sequential(new Network(model.InputShape, [.. layers]), 2, new ThreadTeam(2));
        same.SetWeights(model.GetWeights());
        return same;
    }

    private static void Close(float[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }

    // <gradient, u> = (f(x + h u) - f(x - h u)) / 2h along directions u of unit length, half random and half along the gradient.
    private static void AssertDirectional(string what, float[] gradient, Func<Func<float[], float[]>, double> evaluate)
    {
        var rng = new Rng(11, RandomPurpose.Attack);
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        for (int trial = 0; trial < 4; trial++)
        {
            float along = norm > 0 ? (float)(Math.Sqrt(gradient.Length) / norm) : 0;
            float[] direction = [.. gradient.Select(g => rng.NextSingle(-1, 1) + (g * along))];
            double length = Math.Sqrt(direction.Sum(u => (double)u * u));
            float[] Move(float[] x, double by) => [.. x.Select((value, i) => (float)(value + by * direction[i] / length))];
            double expected = gradient.Select((g, i) => g * direction[i] / length).Sum();
            double difference = Steps.Select(h => (evaluate(x => Move(x, h)) - evaluate(x => Move(x, -h))) / (2 * h))
                .MinBy(value => Math.Abs(value - expected));
            Assert.True(Math.Abs(difference - expected) <= 0.02 * norm + 2e-4, $"{what}: {difference}, gradient {expected}, norm {norm}");
        }
    }
}
