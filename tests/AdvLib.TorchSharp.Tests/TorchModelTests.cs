using System.Runtime.CompilerServices;
using AdvLib.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace AdvLib.TorchSharp.Tests;

/// <summary>A reader's module behind <see cref="TorchModel"/>: what it may do, what it leaves behind, and what is refused.</summary>
public sealed class TorchModelTests : IDisposable
{
    private readonly Residual _module = new(Samples.Toy, 4);

    public void Dispose() => _module.Dispose();

    [Fact]
    public void Attacks_leave_modes_parameters_and_gradients_as_they_were()
    {
        using var model = new TorchModel(_module, Samples.Toy, 4, [0.4f], [0.25f]);
        _module.train();
        _module.Norm.eval();
        float[] before = Samples.AllWeights(model);
        ImageSet images = Samples.ToySet(40);
        ImageSet adversaries = new Pgd(0.1f) { Steps = 3 }.Perturb(model, images);
        Assert.InRange(Farthest(images, adversaries), 0.09f, 0.1001f);
        Assert.True(_module.training);
        Assert.False(_module.Norm.training);
        Assert.All(_module.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
        Assert.Equal(before, Samples.AllWeights(model));
    }

    [Fact]
    public void It_predicts_in_evaluation_mode_whatever_mode_it_is_in()
    {
        using var model = new TorchModel(_module, Samples.Toy, 4);
        float[] images = Samples.Images(10, Samples.Toy);
        _module.eval();
        float[] expected = Samples.LogitsOf(model, images);
        _module.train();
        Assert.Equal(expected, Samples.LogitsOf(model, images));
        GoldenAssert.Close(expected.AsSpan(4, 4), Samples.LogitsOf(model, images[16..32]), 1e-5, "one image alone");
    }

    [Fact]
    public void The_gradient_is_that_of_central_differences()
    {
        // Smooth: a ReLU's kink inside the interval would spoil the difference.
        random.manual_seed(2);
        using nn.Module<Tensor, Tensor> smooth =
            nn.Sequential(nn.Conv2d(1, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.Tanh(), nn.Flatten(), nn.Linear(64, 4));
        using var model = new TorchModel(smooth, Samples.Toy, 4, [0.4f], [0.25f]);
        float[] image = Samples.Images(1, Samples.Toy);
        var gradient = new float[image.Length];
        model.InputGradient(image, [2], Loss.MeanSquaredError, gradient);
        float largest = gradient.Max(MathF.Abs);
        for (int i = 0; i < image.Length; i++)
        {
            const float Step = 5e-4f;
            float[] up = [.. image], down = [.. image];
            up[i] += Step;
            down[i] -= Step;
            float slope = (LossOf(model, up) - LossOf(model, down)) / (2 * Step);
            Assert.Equal(slope, gradient[i], 0.03f * largest + 2e-4f);
        }
    }

    [Fact]
    public void No_tensor_is_left_by_predictions_attacks_and_training()
    {
        using var model = new TorchModel(_module, Samples.Toy, 4, [0.4f], [0.25f]);
        var optimizer = new TorchOptimizer(optim.Adam(_module.parameters(), 1e-3));
        ImageSet images = Samples.ToySet(64);
        float[] pixels = Samples.Images(16, Samples.Toy);
        void Round()
        {
            model.TrainOnBatch(pixels, Samples.Labels(16, 4), Loss.CrossEntropy, optimizer);
            new Fgsm(0.1f).Perturb(model, images);
            Evaluation.Of(model, images);
            model.SetWeights(model.GetWeights());
        }

        Round();
        long alive = Samples.SettledTensors();
        for (int round = 0; round < 50; round++)
            Round();
        Assert.Equal(alive, Tensor.TotalCount);
    }

    [Fact]
    public void A_TorchScript_file_leaves_no_tensor_either()
    {
        long before = Samples.SettledTensors();
        UseScript();
        // What TorchSharp makes beside the module as it loads it, goes with the module.
        Assert.Equal(before, Samples.SettledTensors());
    }

    // By itself, so that nothing of it is still held when the tensors are counted.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseScript()
    {
        using TorchModel model = TorchModel.Load(GoldenFile.PathOf("residual.pt"), new Shape(10, 8, 2), 4, [0.4f, 0.6f], [0.2f, 0.3f]);
        float[] images = Samples.Images(8, model.InputShape);
        void Round()
        {
            model.InputGradient(images, Samples.Labels(8, 4), Loss.CrossEntropy, new float[images.Length]);
            Samples.LogitsOf(model, images);
            model.SetWeights(model.GetWeights());
        }

        Round();
        long alive = Samples.SettledTensors();
        for (int round = 0; round < 20; round++)
            Round();
        Assert.Equal(alive, Tensor.TotalCount);
    }

    [Fact]
    public void It_learns_by_its_own_optimizer_and_is_repaired_on_mixed_batches()
    {
        random.manual_seed(4);
        using var module = new Residual(Samples.Toy, 4);
        using var model = new TorchModel(module, Samples.Toy, 4, [0.4f], [0.25f]);
        var optimizer = new TorchOptimizer(optim.Adam(module.parameters(), 3e-3));
        ImageSet train = Samples.ToySet(600), test = Samples.ToySet(200, seed: 2);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var silent = new Progress<TrainingProgress>();
        new Trainer(model, optimizer) { Progress = silent }.Fit(train, epochs: 4, batchSize: 32, cancellation: cancellation);
        Assert.Equal(4 * 19, optimizer.Steps);
        var attack = new Fgsm(0.2f);
        double clean = Evaluation.Of(model, test).Accuracy, broken = Evaluation.Under(attack, model, test).Accuracy;
        Assert.InRange(clean, 0.95, 1);
        Assert.InRange(broken, 0, clean - 0.2);
        var batches = new MixedAdversarialBatches(model, train, total: 32, epsilon: 0.2f);
        new Trainer(model, optimizer) { Progress = silent }.Fit(batches, stepsPerEpoch: 60, epochs: 12, cancellation: cancellation);
        Assert.InRange(Evaluation.Under(attack, model, test).Accuracy, broken + 0.05, 1);
    }

    [Fact]
    public void A_refused_step_leaves_weights_and_statistics_as_they_were()
    {
        using var module = new Residual(Samples.Toy, 4);
        using var model = new TorchModel(module, Samples.Toy, 4, [0.4f], [0.25f]);
        var optimizer = new TorchOptimizer(optim.Adam(module.parameters(), 3e-3));
        float[] images = Samples.Images(8, Samples.Toy);
        model.TrainOnBatch(images, Samples.Labels(8, 4), Loss.CrossEntropy, optimizer);
        float[] before = Samples.AllWeights(model);
        images[3] = float.NaN;
        Assert.Throws<NumericalFaultException>(() => model.TrainOnBatch(images, Samples.Labels(8, 4), Loss.CrossEntropy, optimizer));
        Assert.Equal(before, Samples.AllWeights(model));
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void Other_optimizers_are_refused_not_ignored()
    {
        using var model = new TorchModel(_module, Samples.Toy, 4);
        float[] before = Samples.AllWeights(model), images = Samples.Images(4, Samples.Toy);
        Assert.Contains("TorchOptimizer",
            Assert.Throws<ArgumentException>(() => model.TrainOnBatch(images, [0, 1, 2, 3], Loss.CrossEntropy, new Adam())).Message,
            StringComparison.Ordinal);
        using var another = new Residual(Samples.Toy, 4);
        var others = new TorchOptimizer(optim.SGD(another.parameters(), 0.1));
        Assert.Throws<TorchModelException>(() => model.TrainOnBatch(images, [0, 1, 2, 3], Loss.CrossEntropy, others));
        Assert.Equal(0, others.Steps);
        Assert.Equal(before.Length, Samples.AllWeights(model).Length);
    }

    [Fact]
    public void The_learning_rate_of_every_group_follows()
    {
        optim.Optimizer adam = optim.Adam(_module.parameters(), 0.01);
        var optimizer = new TorchOptimizer(adam);
        Assert.Equal(0.01f, optimizer.LearningRate);
        optimizer.LearningRate = 0.005f;
        Assert.All(adam.ParamGroups, group => Assert.Equal(0.005, group.LearningRate, 1e-9));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = 0);
    }

    [Fact]
    public void A_run_that_is_resumed_gives_the_bits_of_one_that_was_not()
    {
        using var module = new Residual(Samples.Toy, 4);
        using TorchModel whole = new(_module, Samples.Toy, 4), next = new(module, Samples.Toy, 4);
        TorchOptimizer first = new(optim.Adam(_module.parameters(), 0.01)), second = new(optim.Adam(module.parameters(), 0.5));
        void Step(TorchModel model, TorchOptimizer optimizer, int step) =>
            model.TrainOnBatch(Samples.Images(16, Samples.Toy, (ulong)step), Samples.Labels(16, 4), Loss.CrossEntropy, optimizer);
        Step(whole, first, 0);
        Step(whole, first, 1);
        next.SetWeights(whole.GetWeights());
        Samples.Resume(first, second);
        Assert.Equal((2, 0.01f), (second.Steps, second.LearningRate));
        var dropout = new ResumeState();
        whole.Exchange(dropout);
        Step(whole, first, 2);
        next.Exchange(new ResumeState(dropout.Arrays, dropout.Values));
        Step(next, second, 2);
        Assert.Equal(Samples.AllWeights(whole), Samples.AllWeights(next));
    }

    [Fact]
    public void Weights_that_do_not_fit_change_nothing()
    {
        using var model = new TorchModel(_module, Samples.Toy, 4);
        IReadOnlyList<NamedTensor> weights = model.GetWeights();
        float[] before = Samples.AllWeights(model);
        Assert.Contains(weights, tensor => tensor.Name == "block.first_norm.running_var");
        NamedTensor[] other = [.. weights.Select(tensor => tensor with { Values = [.. tensor.Values.Select(value => value + 1)] })];
        Assert.Throws<ShapeMismatchException>(() => model.SetWeights([.. other[1..]]));
        Assert.Throws<ShapeMismatchException>(() => model.SetWeights([.. other, new NamedTensor("more", [1], [1])]));
        Assert.Throws<ShapeMismatchException>(() => model.SetWeights([.. other[..^1], other[^1] with { Shape = [1, 1], Values = [1] }]));
        Assert.Equal(before, Samples.AllWeights(model));
        model.SetWeights(other);
        Assert.Equal(before.Select(value => value + 1), Samples.AllWeights(model));
    }

    [Fact]
    public void What_a_module_cannot_do_is_a_typed_error()
    {
        using var doubles = nn.Sequential(nn.Flatten(), nn.Linear(16, 4)).to(ScalarType.Float64);
        Assert.Contains("Float64", Assert.Throws<TorchModelException>(() => new TorchModel(doubles, Samples.Toy, 4)).Message,
            StringComparison.Ordinal);
        using var flat = nn.Sequential(nn.Flatten(), nn.Linear(9, 4));
        using var wrong = new TorchModel(flat, Samples.Toy, 4);
        Assert.Throws<TorchModelException>(() => wrong.Logits(new float[16], new float[4]));
        using var constant = new Detached();
        using var blind = new TorchModel(constant, Samples.Toy, 4);
        blind.Logits(new float[16], new float[4]);
        Assert.Contains("differentiated",
            Assert.Throws<TorchModelException>(() => blind.InputGradient(new float[16], [1], Loss.CrossEntropy, new float[16])).Message,
            StringComparison.Ordinal);
        using var spoiled = new Spoiled();
        using var broken = new TorchModel(spoiled, Samples.Toy, 4);
        Assert.Contains("inplace", Assert.Throws<TorchModelException>(() =>
            broken.InputGradient(new float[16], [1], Loss.CrossEntropy, new float[16])).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => blind.Logits(new float[7], new float[4]));
        Assert.Throws<TorchUnavailableException>(() => new TorchModel(_module, Samples.Toy, 4, device: "teapot"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TorchModel(_module, Samples.Toy, 1));
    }

    [Fact]
    public void It_runs_on_CUDA_where_there_is_a_device()
    {
        if (!cuda.is_available())
        {
            Assert.Contains("TorchSharp-cuda",
                Assert.Throws<TorchUnavailableException>(() => new TorchModel(_module, Samples.Toy, 4, device: "cuda")).Message,
                StringComparison.Ordinal);
            return;
        }

        float[] images = Samples.Images(20, Samples.Toy);
        using var here = new TorchModel(_module, Samples.Toy, 4);
        float[] expected = Samples.LogitsOf(here, images);
        using var there = new TorchModel(_module, Samples.Toy, 4, device: "cuda");
        GoldenAssert.Close(expected, Samples.LogitsOf(there, images), 1e-4, "logits");
    }

    private static float LossOf(TorchModel model, float[] image) =>
        Loss.MeanSquaredError.Evaluate(Samples.LogitsOf(model, image), 2, new float[4]);

    private static float Farthest(ImageSet a, ImageSet b)
    {
        float[] x = new float[a.Count * a.Shape.Size], y = new float[x.Length];
        a.CopyImages(0, a.Count, x);
        b.CopyImages(0, b.Count, y);
        return x.Zip(y, (u, v) => MathF.Abs(u - v)).Max();
    }

    private sealed class Detached() : nn.Module<Tensor, Tensor>(nameof(Detached))
    {
        public override Tensor forward(Tensor x) => x.detach().flatten(1).narrow(1, 0, 4);
    }

    // exp's slope is its value, which is then written over.
    private sealed class Spoiled() : nn.Module<Tensor, Tensor>(nameof(Spoiled))
    {
        public override Tensor forward(Tensor x)
        {
            Tensor y = x.flatten(1).narrow(1, 0, 4).exp();
            Tensor z = y.mul(2);
            y.add_(1);
            return z;
        }
    }
}
