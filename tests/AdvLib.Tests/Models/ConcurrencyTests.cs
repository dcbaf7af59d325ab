// Runs without a cancellation token are what some of these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

/// <summary>One model and several threads: used by all at once, trained by one alone.</summary>
public sealed class ConcurrencyTests
{
    private const int Count = 70;

    private readonly Sequential _model = TestNetworks.SmallCnn();
    private readonly float[] _images = TestNetworks.Images(Count, TestNetworks.Small);
    private readonly int[] _labels = TestNetworks.Labels(Count, 4);

    [Fact]
    public async Task Predictions_and_attacks_of_several_threads_are_as_alone()
    {
        ImageSet set = TestNetworks.Set(40, TestNetworks.Small, 4);
        Func<float[]>[] uses =
        [
            () => TestNetworks.LogitsOf(_model, _images),
            () => Gradient(Loss.CrossEntropy),
            () => TestNetworks.PixelsOf(new Fgsm(0.1f).Perturb(_model, set)),
            () => TestNetworks.PixelsOf(new Pgd(0.1f) { Steps = 3 }.Perturb(_model, set)),
            () => TestNetworks.AllWeights(_model),
        ];
        float[][] alone = [.. uses.Select(use => use())];
        var threads = Enumerable.Range(0, 2 * uses.Length).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < 10; round++)
                    Assert.Equal(alone[(thread + round) % uses.Length], uses[(thread + round) % uses.Length]());
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(threads);
    }

    [Fact]
    public void Whatever_another_thread_asks_of_a_model_within_a_training_step_is_refused()
    {
        Action[] asked =
        [
            () => TestNetworks.LogitsOf(_model, _images),
            () => Gradient(Loss.CrossEntropy),
            () => _model.GetWeights(),
            () => _model.SetWeights([]),
            () => Train(new Sgd()),
            () => new Trainer(_model, new Sgd()).Fit(TestNetworks.Set(8, TestNetworks.Small, 4), 1, 8),
        ];
        var refusals = new List<ModelInUseException>();
        Train(new Adam(), new Meanwhile(() => refusals.AddRange(asked.Select(Refused))));
        Assert.Equal(asked.Length, refusals.Count);
        Assert.All(refusals, refusal => Assert.True(refusal.InTraining));

        Sequential alone = TestNetworks.SmallCnn();
        alone.TrainOnBatch(_images, _labels, Loss.CrossEntropy, new Adam());
        Assert.Equal(TestNetworks.AllWeights(alone), TestNetworks.AllWeights(_model));
    }

    [Fact]
    public void Training_a_model_that_another_thread_uses_is_refused()
    {
        float[] weights = TestNetworks.AllWeights(_model);
        float[] alone = Gradient(Loss.CrossEntropy);
        var refusals = new List<ModelInUseException>();
        float[] gradient = Gradient(new Meanwhile(() =>
        {
            refusals.Add(Refused(() => Train(new Adam())));
            refusals.Add(Refused(() => new Trainer(_model, new Sgd()).Fit(TestNetworks.Set(8, TestNetworks.Small, 4), 1, 8)));
        }));
        Assert.Equal([false, false], refusals.Select(refusal => refusal.InTraining));
        Assert.Equal(alone, gradient);
        Assert.Equal(weights, TestNetworks.AllWeights(_model));
        Assert.Contains("Wait", refusals[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_has_the_model_alone_between_its_steps_too_and_gives_it_back()
    {
        int refused = 0;
        var log = new ProgressLog(_ =>
        {
            TestNetworks.LogitsOf(_model, _images);
            Assert.True(Refused(() => TestNetworks.LogitsOf(_model, _images)).InTraining);
            Assert.True(Refused(() => Train(new Sgd())).InTraining);
            refused++;
        });
        new Trainer(_model, new Adam()) { Progress = log, Score = _ => 1 }.Fit(TestNetworks.Set(16, TestNetworks.Small, 4), 2, 8, validation: TestNetworks.Set(8, TestNetworks.Small, 4));
        Assert.Equal(6, refused);
        Elsewhere(() => Train(new Sgd()));
    }

    [Fact]
    public void A_step_or_a_run_that_fails_gives_the_model_back()
    {
        IReadOnlyList<NamedTensor> weights = _model.GetWeights();
        _images[3] = float.NaN;
        Assert.Throws<NumericalFaultException>(() => Train(new Sgd()));
        _images[3] = 0;
        SetFirst(float.NaN);
        ImageSet set = TestNetworks.Set(16, TestNetworks.Small, 4);
        Assert.Throws<NumericalFaultException>(() => new Trainer(_model, new Sgd()) { Progress = new ProgressLog() }.Fit(set, 1, 8));
        SetFirst(0);
        Elsewhere(() => Train(new Sgd()));

        void SetFirst(float value)
        {
            weights[0].Values[0] = value;
            _model.SetWeights(weights);
        }
    }

    // A loss that asked the network it differentiates would overwrite what it is computed on.
    [Fact]
    public void A_training_step_within_a_training_step_is_refused() =>
        Assert.Throws<ModelInUseException>(() => Train(new Sgd(), new Meanwhile(() => Train(new Sgd()))));

    private void Train(Optimizer optimizer, Loss? loss = null) => _model.TrainOnBatch(_images, _labels, loss ?? Loss.CrossEntropy, optimizer);

    private float[] Gradient(Loss loss)
    {
        var gradient = new float[_images.Length];
        _model.InputGradient(_images, _labels, loss, gradient);
        return gradient;
    }

    private static ModelInUseException Refused(Action call) => Assert.Throws<ModelInUseException>(() => Elsewhere(call));

    // On a thread of its own: a waiting task may run on the thread that waits.
    private static void Elsewhere(Action call) => Task.Factory.StartNew(call, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter().GetResult();

    /// <summary>Cross-entropy, and something that happens once in the middle of the call that asks for it.</summary>
    private sealed class Meanwhile(Action action) : Loss
    {
        private int _done;

        public override string Name => "meanwhile";

        public override float Evaluate(ReadOnlySpan<float> logits, int label, Span<float> gradient)
        {
            if (Interlocked.Exchange(ref _done, 1) == 0)
                action();
            return CrossEntropy.Evaluate(logits, label, gradient);
        }
    }
}
