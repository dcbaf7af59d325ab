using AdvLib.Tests;
using static TorchSharp.torch;

namespace AdvLib.TorchSharp.Tests;

/// <summary>The TorchSharp engine against the built-in one, on the same weights.</summary>
public sealed class TorchClassifierTests
{
    private const float Tolerance = 1e-4f;
    private static readonly Shape Digits = new(28, 28, 1);

    public static TheoryData<string> Networks => ["SimpleCnn", "small"];

    public static TheoryData<string, string> NetworksAndLosses
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string network in (string[])["SimpleCnn", "small"])
            {
                foreach (string loss in (string[])["cross-entropy", "mean squared error"])
                    data.Add(network, loss);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_same_weights_give_the_same_logits(string name)
    {
        Sequential network = Trained(name);
        using var torch = new TorchClassifier(network);
        float[] images = TestNetworks.Images(600, network.InputShape);
        AssertClose(TestNetworks.LogitsOf(network, images), TestNetworks.LogitsOf(torch, images));
    }

    [Theory]
    [MemberData(nameof(NetworksAndLosses))]
    public void The_same_weights_give_the_same_input_gradients_and_adversaries(string name, string loss)
    {
        Sequential network = Trained(name);
        using var torch = new TorchClassifier(network);
        const int Count = 600;
        float[] images = TestNetworks.Images(Count, network.InputShape);
        int[] labels = TestNetworks.Labels(Count, network.Classes);
        Loss wanted = loss == Loss.CrossEntropy.Name ? Loss.CrossEntropy : Loss.MeanSquaredError;
        (float[] gradient, float[] logits) = Gradient(network, images, labels, wanted);
        (float[] torchGradient, float[] torchLogits) = Gradient(torch, images, labels, wanted);
        AssertClose(logits, torchLogits);
        AssertClose(gradient, torchGradient);

        var attack = new Fgsm(0.1f) { Loss = wanted };
        var expected = new float[images.Length];
        var found = new float[images.Length];
        attack.Perturb(network, images, labels, expected);
        attack.Perturb(torch, images, labels, found);
        // The sign of a gradient that is nothing but rounding is anybody's guess.
        float rounding = 1e-5f * gradient.Max(MathF.Abs);
        int decided = 0;
        for (int i = 0; i < images.Length; i++)
        {
            if (gradient[i] != 0 && MathF.Abs(gradient[i]) < rounding)
                continue;
            decided++;
            Assert.Equal(expected[i], found[i], Tolerance);
        }

        Assert.InRange(decided, 0.98 * images.Length, images.Length);
    }

    [Theory]
    [InlineData("SimpleCnn", "Adam", 0)]
    [InlineData("SimpleCnn", "Sgd", 0)]
    [InlineData("small", "Adam", 0.25f)]
    [InlineData("small", "Adam", 0)]
    [InlineData("small", "Sgd", 0.25f)]
    public void Ten_training_steps_stay_together(string name, string optimizer, float dropout)
    {
        Sequential builtIn = Fresh(name, dropout);
        Sequential other = Fresh(name, dropout);
        using var torch = new TorchClassifier(other);
        // The recipe's fine-tuning rate. At larger ones a ReLU whose input is nearly zero soon falls to one side here and to the other there.
        Optimizer Make() => optimizer == "Adam" ? new Adam(1e-4f) : new Sgd(1e-4f);
        (Optimizer a, Optimizer b) = (Make(), Make());
        for (int step = 0; step < 10; step++)
        {
            float[] images = TestNetworks.Images(64, builtIn.InputShape, (ulong)step);
            int[] labels = TestNetworks.Labels(64, builtIn.Classes);
            StepResult expected = builtIn.TrainOnBatch(images, labels, Loss.CrossEntropy, a);
            StepResult found = torch.TrainOnBatch(images, labels, Loss.CrossEntropy, b);
            Assert.Equal(expected.Loss, found.Loss, Tolerance);
            Assert.Equal(expected.Correct, found.Correct);
        }

        foreach ((NamedTensor expected, NamedTensor found) in builtIn.GetWeights().Zip(torch.GetWeights()))
            AssertClose(expected.Values, found.Values, expected.Name);
        Assert.Equal(10, b.Steps);
    }

    [Fact]
    public void Weights_travel_both_ways()
    {
        Sequential network = Fresh("small");
        using var torch = new TorchClassifier(network);
        float[] images = TestNetworks.Images(20, network.InputShape);
        float[] before = TestNetworks.LogitsOf(torch, images);

        network.TrainOnBatch(images, TestNetworks.Labels(20, 4), Loss.CrossEntropy, new Adam(0.01f));
        float[] trainedThere = TestNetworks.LogitsOf(torch, images);
        Assert.NotEqual(before, trainedThere);
        AssertClose(TestNetworks.LogitsOf(network, images), trainedThere);

        torch.TrainOnBatch(images, TestNetworks.Labels(20, 4), Loss.CrossEntropy, new Adam(0.01f));
        Assert.NotEqual(trainedThere, TestNetworks.LogitsOf(network, images));
        AssertClose(TestNetworks.LogitsOf(network, images), TestNetworks.LogitsOf(torch, images));

        torch.SetWeights(Fresh("small").GetWeights());
        Assert.Equal(before, TestNetworks.LogitsOf(torch, images));
    }

    [Fact]
    public void No_tensor_is_left_alive_by_200_steps()
    {
        Sequential network = Fresh("small");
        using var torch = new TorchClassifier(network);
        ImageSet images = TestNetworks.Set(200, network.InputShape, 4);
        var batches = new MixedAdversarialBatches(torch, images, total: 16, epsilon: 0.1f);
        var adam = new Adam();
        void Step()
        {
            Batch batch = batches.Next();
            torch.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, adam);
        }

        Step();
        long alive = Tensor.TotalCount;
        for (int step = 0; step < 200; step++)
            Step();
        TestNetworks.LogitsOf(torch, TestNetworks.Images(20, network.InputShape));
        Assert.Equal(alive, Tensor.TotalCount);
        torch.Dispose();
        Assert.InRange(Tensor.TotalCount, 0, alive - network.GetWeights().Count);
        Assert.Throws<ObjectDisposedException>(() => TestNetworks.LogitsOf(torch, TestNetworks.Images(1, network.InputShape)));
    }

    [Fact]
    public void Training_attacks_and_evaluation_run_on_it_unchanged()
    {
        ImageSet train = Toy.Set(600);
        ImageSet test = Toy.Set(200, seed: 2);
        using var torch = new TorchClassifier(new Sequential(Toy.Shape, 1, new Conv2D(8, 3), new ReLU(), new BatchNorm(0.9f), new Flatten(), new Dense(4), new Softmax()));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var silent = new Progress<TrainingProgress>();
        TrainingHistory history = new Trainer(torch, new Adam(0.01f)) { Progress = silent }.Fit(train, epochs: 4, batchSize: 32, validation: test, cancellation: cancellation);
        Assert.Equal(4, history.Epochs.Count);
        Evaluation clean = Evaluation.Of(torch, test);
        var attack = new Fgsm(0.2f);
        Evaluation broken = Evaluation.Under(attack, torch, test);
        Assert.InRange(clean.Accuracy, 0.95, 1);
        Assert.InRange(broken.Accuracy, 0, clean.Accuracy - 0.2);

        var batches = new MixedAdversarialBatches(torch, train, total: 32, epsilon: 0.2f);
        new Trainer(torch, new Adam(0.01f)) { Progress = silent }.Fit(batches, stepsPerEpoch: 60, epochs: 2, cancellation: cancellation);
        Assert.InRange(Evaluation.Under(attack, torch, test).Accuracy, broken.Accuracy + 0.05, 1);
        Assert.StartsWith("TorchSharp 0.", torch.Engine, StringComparison.Ordinal);
        Assert.EndsWith(", cpu", torch.Engine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_of_one_image_trains()
    {
        using var torch = new TorchClassifier(Fresh("small", dropout: 0));
        Sequential builtIn = Fresh("small", dropout: 0);
        float[] image = TestNetworks.Images(1, torch.InputShape);
        StepResult found = torch.TrainOnBatch(image, [2], Loss.CrossEntropy, new Sgd());
        Assert.Equal(builtIn.TrainOnBatch(image, [2], Loss.CrossEntropy, new Sgd()).Loss, found.Loss, Tolerance);
        foreach ((NamedTensor expected, NamedTensor value) in builtIn.GetWeights().Zip(torch.GetWeights()))
            AssertClose(expected.Values, value.Values, expected.Name);
    }

    [Fact]
    public void Bad_input_is_refused_as_by_the_built_in_engine()
    {
        using var torch = new TorchClassifier(Fresh("small"));
        Assert.Throws<ShapeMismatchException>(() => torch.Logits(new float[7], new float[4]));
        Assert.Throws<ShapeMismatchException>(() => torch.TrainOnBatch([], [], Loss.CrossEntropy, new Adam()));
        Assert.Throws<ShapeMismatchException>(() => torch.InputGradient(new float[144], [9], Loss.CrossEntropy, new float[144]));
        var used = new Adam();
        Sequential other = SimpleCnn.Create(Digits, 10, seed: 1);
        other.TrainOnBatch(TestNetworks.Images(2, Digits), [1, 2], Loss.CrossEntropy, used);
        float[] before = TestNetworks.AllWeights(torch);
        Assert.Throws<ShapeMismatchException>(() => torch.TrainOnBatch(new float[144], [1], Loss.CrossEntropy, used));
        Assert.Equal(before, TestNetworks.AllWeights(torch));
        Assert.Throws<TorchUnavailableException>(() => new TorchClassifier(Fresh("small"), "teapot"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchClassifier(Fresh("small"), threads: 0));
    }

    private static Sequential Fresh(string name, float dropout = 0.25f) =>
        name == "small" ? TestNetworks.SmallCnn(dropout: dropout) : SimpleCnn.Create(Digits, 10, seed: 3, dropoutRate: dropout);

    // A few steps, so that no moving statistic is at its initial value.
    private static Sequential Trained(string name)
    {
        Sequential network = Fresh(name);
        var adam = new Adam(0.01f);
        for (int step = 0; step < 5; step++)
            network.TrainOnBatch(TestNetworks.Images(32, network.InputShape, (ulong)step), TestNetworks.Labels(32, network.Classes), Loss.CrossEntropy, adam);
        return network;
    }

    private static (float[] Gradient, float[] Logits) Gradient(IClassifier model, float[] images, int[] labels, Loss loss)
    {
        var gradient = new float[images.Length];
        var logits = new float[labels.Length * model.Classes];
        model.InputGradient(images, labels, loss, gradient, logits);
        return (gradient, logits);
    }

    private static void AssertClose(float[] expected, float[] found, string what = "")
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - found[i]) <= Tolerance))
                Assert.Fail($"{what}[{i}]: expected {expected[i]}, found {found[i]}.");
        }
    }
}
