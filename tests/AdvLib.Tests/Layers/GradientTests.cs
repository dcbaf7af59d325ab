using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>Every layer's and loss's gradient against central differences of its own forward pass.</summary>
public sealed class GradientTests
{
    private const int Batch = 6;

    // The closest counts: a long step crosses a ReLU's kink, a short one drowns in float32's rounding. A wrong gradient fails at all.
    private static readonly float[] Steps = [4e-3f, 1e-3f, 3e-4f];
    private static readonly int[] Labels = TestNetworks.Labels(Batch, 3);

    public static TheoryData<string> Networks => [.. Definitions.Keys];

    private static Dictionary<string, (Shape Input, Func<Layer[]> Layers)> Definitions { get; } = new()
    {
        ["dense"] = (new(1, 1, 7), () => [new Dense(3)]),
        ["softmax in the middle"] = (new(1, 1, 5), () => [new Dense(6), new Softmax(), new Dense(3)]),
        ["relu"] = (new(1, 1, 7), () => [new Dense(20), new ReLU(), new Dense(3)]),
        ["lone relu"] = (new(1, 1, 7), () => [new ReLU(), new Dense(3)]),
        ["batch norm of units"] = (new(1, 1, 7), () => [new Dense(5), new BatchNorm(), new Dense(3)]),
        ["batch norm of channels"] = (new(4, 3, 5), () => [new BatchNorm(), new Flatten(), new Dense(3)]),
        ["dense, relu, norm"] = (new(1, 1, 7), () => [new Dense(12), new ReLU(), new BatchNorm(), new Dense(3)]),
        ["conv, relu, norm"] = (new(8, 6, 2), () => [new Conv2D(6, 3, 2), new ReLU(), new BatchNorm(), new Conv2D(4, 2), new BatchNorm(), new Flatten(), new Dense(3)]),
        ["relu on both sides of norm"] = (new(1, 1, 7), () => [new Dense(12), new ReLU(), new BatchNorm(), new ReLU(), new Dense(3)]),
        ["norm, relu"] = (new(1, 1, 7), () => [new Dense(12), new BatchNorm(), new ReLU(), new Dense(3)]),
        ["lone relu, norm"] = (new(1, 1, 7), () => [new ReLU(), new BatchNorm(), new Dense(3)]),
        ["conv same stride 2 even"] = (new(6, 8, 2), () => [new Conv2D(5, 3, 2), new Flatten(), new Dense(3)]),
        ["conv same stride 2 odd"] = (new(7, 5, 3), () => [new Conv2D(4, 3, 2), new Flatten(), new Dense(3)]),
        ["conv same 5x5"] = (new(6, 5, 1), () => [new Conv2D(3, 5), new Flatten(), new Dense(3)]),
        ["conv valid stride 3"] = (new(9, 8, 2), () => [new Conv2D(4, 3, 3, Padding.Valid), new Flatten(), new Dense(3)]),
        ["conv 1x1 stride 2"] = (new(5, 5, 3), () => [new Conv2D(4, 1, 2), new Flatten(), new Dense(3)]),
        ["conv on conv"] = (new(6, 6, 1), () => [new Conv2D(4, 3), new Conv2D(5, 2, 1, Padding.Valid), new Flatten(), new Dense(3)]),
        ["max pool"] = (new(7, 6, 2), () => [new Conv2D(4, 3), new MaxPool2D(2), new Flatten(), new Dense(3)]),
        ["max pool overlapping"] = (new(7, 6, 2), () => [new Conv2D(4, 3), new MaxPool2D(3, 2), new Flatten(), new Dense(3)]),
        ["threshold"] = (new(1, 1, 7), () => [new Dense(6), new Threshold(-0.4f, 0.7f), new Dense(3)]),
        ["dropout of nothing"] = (new(1, 1, 7), () => [new Dense(6), new Dropout(0), new Dense(3)]),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void ParameterGradientsMatchDifferencesOfTheTrainingLoss(string network)
    {
        foreach (Loss loss in (Loss[])[Loss.CrossEntropy, Loss.MeanSquaredError, new Trades(6)])
        {
            Sequential model = Build(network);
            float[] images = TestNetworks.Images(Batch, model.InputShape);
            int[] labels = loss.WantsPairs ? [.. Labels[..(Batch / 2)], .. Labels[..(Batch / 2)]] : Labels;
            model.TrainOnBatch(images, labels, loss, new Sgd(1e-30f));
            foreach (NamedTensor gradient in model.GetGradients())
            {
                AssertDirectional(network + " " + gradient.Name, gradient.Values, step =>
                {
                    IReadOnlyList<NamedTensor> weights = model.GetWeights();
                    Sequential moved = Build(network);
                    moved.SetWeights([.. weights.Select(tensor => tensor.Name == gradient.Name ? tensor with { Values = step(tensor.Values) } : tensor)]);
                    return moved.TrainOnBatch(images, labels, loss, new Sgd(1e-30f)).Loss;
                });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void InputGradientsMatchDifferencesOfTheInferenceLoss(string network)
    {
        foreach (Loss loss in (Loss[])[Loss.CrossEntropy, Loss.MeanSquaredError])
        {
            Sequential model = Build(network);
            float[] images = TestNetworks.Images(Batch, model.InputShape);
            var gradient = new float[images.Length];
            model.InputGradient(images, Labels, loss, gradient);
            AssertDirectional(network, gradient, step => TotalLoss(model, step(images), loss));
        }
    }

    [Fact]
    public void LossGradientsMatchDifferences()
    {
        float[] logits = [1.5f, -0.3f, 0.2f, 3, -1];
        foreach (Loss loss in (Loss[])[Loss.CrossEntropy, Loss.MeanSquaredError, Loss.CwMargin, new Dlr(), new TargetedDlr(4), new TargetedDlr(0), new KullbackLeibler([0.1f, 0.2f, 0, 0.4f, 0.3f], 5)])
        {
            foreach (int label in (int[])[2, 3])
            {
                var gradient = new float[5];
                loss.Evaluate(logits, label, gradient);
                AssertDirectional(loss.Name, gradient, step => loss.Evaluate(step(logits), label, new float[5]));
            }
        }
    }

    private static double TotalLoss(Sequential model, float[] images, Loss loss)
    {
        float[] logits = TestNetworks.LogitsOf(model, images);
        return Enumerable.Range(0, Batch).Sum(i => (double)loss.Evaluate(logits.AsSpan(i * 3, 3), Labels[i], new float[3]));
    }

    // <gradient, u> = (f(x + h u) - f(x - h u)) / 2h along random directions u of unit length.
    private static void AssertDirectional(string what, float[] gradient, Func<Func<float[], float[]>, double> evaluate)
    {
        var rng = new Rng(11, RandomPurpose.Attack);
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        for (int trial = 0; trial < 4; trial++)
        {
            // Half random, half along the gradient, where a wrong scale shows best.
            float[] direction = [.. gradient.Select(g => rng.NextSingle(-1, 1) + (norm > 0 ? (float)(g / norm) * MathF.Sqrt(gradient.Length) : 0))];
            double length = Math.Sqrt(direction.Sum(u => (double)u * u));
            float[] Move(float[] x, double by) => [.. x.Select((value, i) => (float)(value + by * direction[i] / length))];
            double expected = gradient.Select((g, i) => g * direction[i] / length).Sum();
            double difference = Steps.Select(h => (evaluate(x => Move(x, h)) - evaluate(x => Move(x, -h))) / (2 * h)).MinBy(value => Math.Abs(value - expected));
            Assert.True(Math.Abs(difference - expected) <= 0.02 * norm + 2e-4, $"{what}: difference {difference}, gradient {expected}, norm {norm}");
        }
    }

    private static Sequential Build(string network)
    {
        (Shape input, Func<Layer[]> layers) = Definitions[network];
        var model = new Sequential(new Network(input, [.. layers(), new Softmax()]), 3, new ThreadTeam(2));

        // Statistics and scales away from 0 and 1, so that a forgotten factor shows.
        var rng = new Rng(4, RandomPurpose.Weights);
        model.SetWeights([.. model.GetWeights().Select(tensor => tensor.Name.EndsWith("kernel", StringComparison.Ordinal)
            ? tensor
            : tensor with { Values = [.. tensor.Values.Select(_ => rng.NextSingle(0.3f, 1.2f) * (tensor.Name.EndsWith("beta", StringComparison.Ordinal) ? -0.5f : 1))] })]);
        return model;
    }
}
