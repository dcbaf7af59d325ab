// A run without a cancellation token is what most callers start, and what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

public sealed class TrainerTests
{
    [Fact]
    public void A_toy_task_is_learned()
    {
        Sequential model = Toy.Model();
        ImageSet test = Toy.Set(300, seed: 2);
        double before = Evaluation.Of(model, test).Accuracy;
        TrainingHistory history = Quiet(model, new Adam(0.01f)).Fit(Toy.Set(400), epochs: 8, batchSize: 16, validation: test);

        Assert.False(history.Interrupted);
        Assert.Equal(Enumerable.Range(1, 8), history.Epochs.Select(epoch => epoch.Epoch));
        Assert.InRange(before, 0, 0.6);
        Assert.InRange(history.Epochs[^1].ValidationAccuracy!.Value, 0.97, 1);
        Assert.InRange(history.Epochs[^1].Accuracy, 0.9, 1);
        Assert.True(history.Epochs[^1].Loss < 0.5 * history.Epochs[0].Loss);
        Assert.True(history.Epochs[^1].ValidationLoss < 0.5 * history.Epochs[0].ValidationLoss);
    }

    [Fact]
    public void Averages_weigh_every_image_alike()
    {
        // Batches of 4, 4 and 2 images, whose loss is their size and of which one image is right.
        var model = new FakeClassifier(Toy.Shape, 4) { Step = labels => new StepResult(labels.Length, 1) };
        var log = new ProgressLog();
        TrainingHistory history = new Trainer(model, new Sgd()) { Progress = log }.Fit(Toy.Set(10), epochs: 2, batchSize: 4);

        Assert.Equal([4, 4, 2, 4, 4, 2], model.Trained.Select(labels => labels.Length));
        Assert.All(history.Epochs, epoch => Assert.Equal((3.6, 0.3, null, null), (epoch.Loss, epoch.Accuracy, epoch.ValidationLoss, epoch.ValidationAccuracy)));
        Assert.Equal([4, 4, 3.6, 3.6], log.Reports.Take(4).Select(report => report.Loss));
        Assert.Equal([0.25, 0.25, 0.3, 0.3], log.Reports.Take(4).Select(report => report.Accuracy));
    }

    [Fact]
    public void Validation_is_what_Evaluation_says_after_the_epoch()
    {
        Sequential model = Toy.Model();
        ImageSet test = Toy.Set(60, seed: 2);
        var measured = new List<Evaluation>();
        var log = new ProgressLog(report =>
        {
            if (report.Finished is not null)
                measured.Add(Evaluation.Of(model, test));
        });
        TrainingHistory history = new Trainer(model, new Adam(0.01f)) { Progress = log }.Fit(Toy.Set(100), epochs: 3, batchSize: 10, validation: test);
        Assert.Equal(measured.Select(evaluation => (evaluation.Loss, evaluation.Accuracy)), history.Epochs.Select(epoch => (epoch.ValidationLoss!.Value, epoch.ValidationAccuracy!.Value)));
        Assert.Equal(3, measured.Select(evaluation => evaluation.Loss).Distinct().Count());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rated_run_ends_with_its_best_epoch_or_where_told_so_with_its_last(bool keepsBest)
    {
        Sequential model = Toy.Model();
        var weights = new List<float[]>();
        double Rate(EpochResult epoch)
        {
            weights.Add(TestNetworks.AllWeights(model));
            return -Math.Abs(epoch.Epoch - 2);
        }

        var trainer = new Trainer(model, new Adam()) { Score = Rate, KeepsBest = keepsBest, Progress = new ProgressLog() };
        TrainingHistory history = trainer.Fit(Toy.Set(40), epochs: 4, batchSize: 10, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((2, 4), (history.Best!.Epoch, weights.Count));
        Assert.Equal(weights[keepsBest ? 1 : 3], TestNetworks.AllWeights(model));
        Assert.NotEqual(weights[1], weights[3]);
    }

    [Fact]
    public void Every_step_is_reported_and_every_epoch_once_finished()
    {
        var log = new ProgressLog();
        TrainingHistory history = new Trainer(Toy.Model(), new Sgd()) { Progress = log }.Fit(Toy.Set(30), epochs: 2, batchSize: 8);

        (int, int, int, int, bool)[] expected =
            [(1, 2, 1, 4, false), (1, 2, 2, 4, false), (1, 2, 3, 4, false), (1, 2, 4, 4, false), (1, 2, 4, 4, true), (2, 2, 1, 4, false), (2, 2, 2, 4, false), (2, 2, 3, 4, false), (2, 2, 4, 4, false), (2, 2, 4, 4, true)];
        Assert.Equal(expected, log.Reports.Select(report => (report.Epoch, report.Epochs, report.Step, report.Steps, report.Finished is not null)));
        Assert.Equal(history.Epochs, log.Reports.Select(report => report.Finished).OfType<EpochResult>());
        Assert.All(log.Reports, report => Assert.True(report.Remaining >= TimeSpan.Zero && report.ImagesPerSecond > 0));
        Assert.Equal(TimeSpan.Zero, log.Reports[^1].Remaining);
        Assert.True(log.Reports[0].Remaining > TimeSpan.Zero);
    }

    [Fact]
    public void Cancelling_gives_the_history_so_far_and_keeps_what_was_learned()
    {
        using var stop = new CancellationTokenSource();
        Sequential model = Toy.Model();
        var trainer = new Trainer(model, new Adam()) { Progress = new ProgressLog(report => { if (report is { Epoch: 2, Step: 3 }) stop.Cancel(); }) };
        TrainingHistory history = trainer.Fit(Toy.Set(50), epochs: 5, batchSize: 10, validation: Toy.Set(20), cancellation: stop.Token);

        Assert.True(history.Interrupted);
        Assert.Equal(1, Assert.Single(history.Epochs).Epoch);
        Assert.Contains("interrupted", history.ToString(), StringComparison.Ordinal);

        // Five steps of the first epoch and three of the second.
        Sequential twin = Toy.Model();
        Quiet(twin, new Adam()).Fit(new ShuffledBatches(Toy.Set(50), 10, seed: 42), stepsPerEpoch: 8, epochs: 1);
        Assert.Equal(TestNetworks.AllWeights(twin), TestNetworks.AllWeights(model));
    }

    [Fact]
    public void Cancelled_before_it_began_a_run_changes_nothing()
    {
        Sequential model = Toy.Model();
        var log = new ProgressLog();
        TrainingHistory history = new Trainer(model, new Adam()) { Progress = log }.Fit(Toy.Set(50), epochs: 5, cancellation: new CancellationToken(canceled: true), batchSize: 10);
        Assert.True(history.Interrupted);
        Assert.Empty(history.Epochs);
        Assert.Empty(log.Reports);
        Assert.Equal(TestNetworks.AllWeights(Toy.Model()), TestNetworks.AllWeights(model));
    }

    [Fact]
    public void The_seed_decides_the_weights_to_the_bit_on_any_number_of_threads()
    {
        float[] Train(ulong seed, int threads = 1)
        {
            Sequential model = Toy.Model(threads: threads);
            Quiet(model, new Adam()).Fit(Toy.Set(100), epochs: 2, batchSize: 16, seed: seed);
            return TestNetworks.AllWeights(model);
        }

        Assert.Equal(Train(3), Train(3));
        Assert.Equal(Train(3), Train(3, threads: 3));
        Assert.NotEqual(Train(3), Train(4));
        Assert.Equal(Train(42), TrainByDefault());

        static float[] TrainByDefault()
        {
            Sequential model = Toy.Model();
            Quiet(model, new Adam()).Fit(Toy.Set(100), epochs: 2, batchSize: 16);
            return TestNetworks.AllWeights(model);
        }
    }

    [Fact]
    public void A_batch_has_64_images_unless_told_otherwise()
    {
        var model = new FakeClassifier(Toy.Shape, 4);
        Quiet(model, new Sgd()).Fit(Toy.Set(150), epochs: 1);
        Assert.Equal([64, 64, 22], model.Trained.Select(labels => labels.Length));
    }

    [Fact]
    public void Batches_run_for_as_many_steps_as_asked()
    {
        var model = new FakeClassifier(Toy.Shape, 4);
        var optimizer = new Sgd();
        TrainingHistory history = Quiet(model, optimizer).Fit(new ShuffledBatches(Toy.Set(10), 4, seed: 1), stepsPerEpoch: 7, epochs: 3);
        Assert.Equal(21, model.Trained.Count);
        Assert.Equal(3, history.Epochs.Count);

        Quiet(Toy.Model(), optimizer).Fit(new ShuffledBatches(Toy.Set(10), 4, seed: 1), stepsPerEpoch: 7, epochs: 3);
        Assert.Equal(21, optimizer.Steps);
    }

    [Fact]
    public void The_loss_is_cross_entropy_unless_told_otherwise()
    {
        double Loss(Loss? loss) => Quiet(Toy.Model(), new Sgd(), loss).Fit(Toy.Set(16), epochs: 1, batchSize: 16).Epochs[0].Loss;
        Assert.Equal(Loss(AdvLib.Loss.CrossEntropy), Loss(null));
        Assert.NotEqual(Loss(AdvLib.Loss.MeanSquaredError), Loss(null));
    }

    // On one thread, so that this thread's allocations are all there are.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_warm_step_allocates_nothing(bool mixed)
    {
        Sequential model = Toy.Model();
        var images = Toy.Set(160);
        IBatchSource batches = mixed ? new MixedAdversarialBatches(model, images, 16, epsilon: 0.1f) : new ShuffledBatches(images, 16, seed: 1);
        Trainer trainer = new(model, new Adam()) { Progress = new TrainingConsoleInSilence() };
        long Allocated(int steps)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Fit(batches, steps, epochs: 1);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Whatever the runtime allocates once, when it compiles a method anew, is not the step's.
        Allocated(20);
        long run = Allocated(10);
        Assert.Contains(run, Enumerable.Range(0, 5).Select(_ => Allocated(110)));
    }

    [Fact]
    public void The_title_names_optimizer_and_learning_rate() => Assert.Equal("Training with Adam, learning rate 0.0025",
        ProcessState.InGerman(() => Quiet(Toy.Model(), new Adam(0.0025f)).Fit(Toy.Set(16), epochs: 1, batchSize: 16).Title));

    [Fact]
    public void Bad_arguments_are_refused_before_anything_is_trained()
    {
        Sequential model = Toy.Model();
        Trainer trainer = Quiet(model, new Sgd());
        ImageSet images = Toy.Set(20);
        var batches = new ShuffledBatches(images, 5, seed: 1);
        Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(images, epochs: 0, batchSize: 5)).ParamName);
        Assert.Equal("epochs", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(batches, stepsPerEpoch: 1, epochs: -1)).ParamName);
        Assert.Equal("stepsPerEpoch", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(batches, stepsPerEpoch: 0, epochs: 1)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(images, epochs: 1, batchSize: 0));
        Assert.Contains("21 images", Assert.Throws<ImageSetException>(() => trainer.Fit(images, epochs: 1, batchSize: 21)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => trainer.Fit((ImageSet)null!, epochs: 1));
        Assert.Throws<ArgumentNullException>(() => trainer.Fit((IBatchSource)null!, 1, 1));
        Assert.Throws<ArgumentNullException>(() => new Trainer(null!, new Sgd()));
        Assert.Throws<ArgumentNullException>(() => new Trainer(model, null!));
        Assert.Equal(TestNetworks.AllWeights(Toy.Model()), TestNetworks.AllWeights(model));
    }

    [Fact]
    public void Images_that_do_not_fit_the_model_are_refused_and_change_nothing()
    {
        Sequential model = Toy.Model();
        Trainer trainer = Quiet(model, new Sgd());
        Assert.Throws<ShapeMismatchException>(() => trainer.Fit(TestNetworks.Set(20, new(3, 5, 1), 4), epochs: 1, batchSize: 20));
        Assert.Throws<ShapeMismatchException>(() => trainer.Fit(TestNetworks.Set(20, Toy.Shape, 9), epochs: 1, batchSize: 20));
        Assert.Equal(TestNetworks.AllWeights(Toy.Model()), TestNetworks.AllWeights(model));
    }

    private static Trainer Quiet(ITrainableClassifier model, IOptimizer optimizer, Loss? loss = null) => new(model, optimizer, loss) { Progress = new ProgressLog() };

    // What the default sink does with the reports of steps, without its line an epoch.
    private sealed class TrainingConsoleInSilence : IProgress<TrainingProgress>
    {
        private readonly TrainingConsole _console = new();

        public void Report(TrainingProgress value) => _console.Report(value with { Finished = null });
    }
}
