// Runs without a cancellation token are what these tests are about.
#pragma warning disable xUnit1051

using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>One model trained by several ranks, each on its share of every batch, against one process on the whole batch.</summary>
public sealed class ParallelTrainingTests
{
    private const int Steps = 200;

    // 110 images in batches of 24 leave 14 for an epoch's last batch: neither is a multiple of 3 or 4.
    private static readonly ImageSet Images = TestNetworks.Set(110, TestNetworks.Small, 4);

    public static MatrixTheoryData<string, int> Runs => new(["shuffled", "mixed", "adversarial", "TRADES"], [2, 3, 4]);

    [Theory]
    [MemberData(nameof(Runs))]
    public void After_200_steps_all_ranks_hold_the_bits_of_one_process(string kind, int ranks)
    {
        (float[] expected, TrainingHistory alone) = Train(kind, null);
        (float[] Weights, TrainingHistory History)[] found = LocalRanks.Run(ranks, reducer => Train(kind, reducer));
        Assert.All(found, rank => Assert.Equal(expected, rank.Weights));
        Assert.All(found, rank => Assert.Equal(alone.Epochs.Select(epoch => (epoch.Loss, epoch.Accuracy)), rank.History.Epochs.Select(epoch => (epoch.Loss, epoch.Accuracy))));
    }

    [Fact]
    public void The_recipes_network_too_whose_background_of_zeros_lets_no_rounding_pass()
    {
        ImageSet digits = SyntheticDigits.Create(300, seed: 3, RandomPurpose.TrainDigits);
        float[] Weights(IRanks? reducer)
        {
            Sequential model = new Sequential(SimpleCnn.Describe(digits.Shape, digits.Classes), 42, new ThreadTeam(1));
            model.Reducer = reducer;
            new Trainer(model, new Adam()) { Progress = new ProgressLog() }.Fit(digits, epochs: 5, batchSize: 32);
            return TestNetworks.AllWeights(model);
        }

        float[] expected = Weights(null);
        Assert.All(LocalRanks.Run(3, Weights), found => Assert.Equal(expected, found));
    }

    [Fact]
    public void Its_large_kernel_whose_rows_are_divided_goes_on_too_on_another_number_of_ranks()
    {
        // Of 150 images a batch holds 64, whose rows are less to show than the kernel, and 22.
        using var folder = new TempFolder();
        ImageSet digits = SyntheticDigits.Create(150, seed: 3, RandomPurpose.TrainDigits);
        float[] Weights(IRanks? reducer, string? checkpoints, int epochs = 8, int batchSize = 64, int stopAfter = Steps)
        {
            Sequential model = new Sequential(SimpleCnn.Describe(digits.Shape, digits.Classes), 42, new ThreadTeam(1));
            model.Reducer = reducer;
            using var stop = new CancellationTokenSource();
            var trainer = new Trainer(model, new Adam())
            {
                Progress = new Stopper(stopAfter, stop),
                Checkpoints = checkpoints is null ? null : new Checkpoints(folder[checkpoints]),
                Resume = checkpoints is not null,
            };
            trainer.Fit(digits, epochs, batchSize, cancellation: stop.Token);
            return TestNetworks.AllWeights(model);
        }

        float[] whole = Weights(null, null);
        LocalRanks.Run(3, reducer => Weights(reducer, "run", stopAfter: 3));
        Assert.All(LocalRanks.Run(2, reducer => Weights(reducer, "run")), found => Assert.Equal(whole, found));

        // All images at a time are more to show than the kernel.
        float[] large = Weights(null, null, epochs: 20, batchSize: 150);
        LocalRanks.Run(2, reducer => Weights(reducer, "large", epochs: 20, batchSize: 150, stopAfter: 7));
        Assert.Equal(large, Weights(null, "large", epochs: 20, batchSize: 150));
    }

    [Fact]
    public void Some_ranks_may_have_no_image()
    {
        // The last batch of an epoch has 2 images.
        ImageSet few = Images.Take(10);
        float[] expected = Train("shuffled", null, few, batchSize: 4).Weights;
        Assert.All(LocalRanks.Run(5, reducer => Train("shuffled", reducer, few, batchSize: 4).Weights), found => Assert.Equal(expected, found));
    }

    [Fact]
    public void A_run_goes_on_from_the_same_state_on_another_number_of_ranks()
    {
        using var folder = new TempFolder();
        float[] whole = Train("mixed", null).Weights;
        LocalRanks.Run(3, reducer => Train("mixed", reducer, checkpoints: folder["run"], stopAfter: 50));
        LocalRanks.Run(2, reducer => Train("mixed", reducer, checkpoints: folder["run"], stopAfter: 100));
        Assert.Equal(whole, Train("mixed", null, checkpoints: folder["run"]).Weights);
    }

    [Fact]
    public void Only_the_first_rank_needs_to_see_the_checkpoints()
    {
        using var folder = new TempFolder();
        float[] whole = Train("shuffled", null).Weights;
        LocalRanks.Run(2, reducer => Train("shuffled", reducer, checkpoints: folder["run"], stopAfter: 80));
        Assert.InRange(new Checkpoints(folder["run"]).Files().Count, 1, 2);
        float[][] resumed = LocalRanks.Run(2, reducer => Train("shuffled", reducer, checkpoints: folder[reducer.Share.Rank == 0 ? "run" : "elsewhere"]).Weights);
        Assert.All(resumed, found => Assert.Equal(whole, found));
        Assert.False(Directory.Exists(folder["elsewhere"]));
    }

    [Fact]
    public void What_is_no_share_of_the_batch_is_refused()
    {
        ShapeMismatchException wrong = Assert.Throws<ShapeMismatchException>(() => LocalRanks.Run(2, reducer =>
        {
            Sequential model = Model(reducer);
            Batch batch = new ShuffledBatches(Images, 24, seed: 1).Next();
            return model.TrainOnShare(batch.Images, batch.Labels, batch.Total, Loss.CrossEntropy, new Adam());
        }));
        Assert.Contains("24 images on rank", wrong.Message, StringComparison.Ordinal);

        float[] images = TestNetworks.Images(2, TestNetworks.Small);
        Assert.Throws<InvalidOperationException>(() => LocalRanks.Run(2, reducer => Model(reducer).TrainOnBatch(images, [0, 1], Loss.CrossEntropy, new Adam())));
        Assert.Throws<InvalidOperationException>(() => Model(null).TrainOnShare(images, [0, 1], 2, Loss.CrossEntropy, new Adam()));
    }

    [Fact]
    public void All_ranks_notice_a_fault_at_the_same_step()
    {
        // Without batch statistics nothing but the loss tells the others.
        bool[] seen = LocalRanks.Run(2, reducer =>
        {
            var model = new Sequential(TestNetworks.Small, 1, new ThreadTeam(1), new Flatten(), new Dense(4), new Softmax()) { Reducer = reducer };
            float[] images = TestNetworks.Images(2, TestNetworks.Small);
            images[3] = reducer.Share.Rank == 0 ? float.NaN : images[3];
            NumericalFaultException fault = Assert.Throws<NumericalFaultException>(() => model.TrainOnShare(images, [0, 1], 4, Loss.CrossEntropy, new Adam()));
            return (fault.IsGiven, fault.Step) == (reducer.Share.Rank == 0, 1);
        });
        Assert.Equal([true, true], seen);
    }

    [Fact]
    public void All_ranks_notice_a_fault_in_the_rows_of_one_of_them()
    {
        // The last pixel's weights are the last rank's to move; the square of their gradient is no float.
        string[] places = LocalRanks.Run(2, reducer =>
        {
            var shape = new Shape(28, 28, 1);
            var model = new Sequential(shape, 1, new ThreadTeam(1), new Flatten(), new Dense(128), new Softmax()) { Reducer = reducer };
            float[] images = TestNetworks.Images(2, shape);
            images[shape.Size - 1] = 1e25f;
            return Assert.Throws<NumericalFaultException>(() => model.TrainOnShare(images, [0, 1], 4, Loss.CrossEntropy, new Adam())).Place;
        });
        Assert.Equal(["the optimizer's memory, which this step moved", "the optimizer's memory, which this step moved"], places);
    }

    [Fact]
    public void A_network_goes_on_in_a_job_of_another_size()
    {
        ImageSet digits = SyntheticDigits.Create(64, seed: 3, RandomPurpose.TrainDigits);
        (Sequential Model, Adam Optimizer)[] ranks = [.. Enumerable.Range(0, 4).Select(_ => (new Sequential(SimpleCnn.Describe(digits.Shape, digits.Classes), 42, new ThreadTeam(1)), new Adam()))];
        float[] Train(int rank, IRanks? reducer)
        {
            (Sequential model, Adam optimizer) = ranks[rank];
            model.Reducer = reducer;
            new Trainer(model, optimizer) { Progress = new ProgressLog() }.Fit(digits, epochs: 5, batchSize: 64);
            if (reducer is not null)
                model.CollectMemory(optimizer);
            return TestNetworks.AllWeights(model);
        }

        Train(3, null);
        LocalRanks.Run(3, reducer => Train(reducer.Share.Rank, reducer));
        float[] expected = Train(3, null);
        Assert.All(LocalRanks.Run(2, reducer => Train(reducer.Share.Rank, reducer)), found => Assert.Equal(expected, found));
    }

    private static Sequential Model(IRanks? reducer)
    {
        Sequential model = TestNetworks.SmallCnn(threads: 1);
        model.Reducer = reducer;
        return model;
    }

    private static (float[] Weights, TrainingHistory History) Train(
        string kind, IRanks? reducer, ImageSet? images = null, int batchSize = 24, string? checkpoints = null, int stopAfter = Steps)
    {
        images ??= Images;
        Sequential model = Model(reducer);
        Share share = reducer?.Share ?? Share.Whole;
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(model, new Adam(1e-3f), kind == "TRADES" ? new Trades(2) : null)
        {
            Progress = new Stopper(stopAfter, stop),
            Checkpoints = checkpoints is null ? null : new Checkpoints(checkpoints),
            Resume = checkpoints is not null,
        };
        IBatchSource batches = kind switch
        {
            "shuffled" => new ShuffledBatches(images, batchSize, 1) { Share = share },
            "mixed" => new MixedAdversarialBatches(model, images, batchSize + 1, epsilon: 0.1f, split: 0.3) { Share = share },
            "adversarial" => new AdversarialBatches(model, images, batchSize, new Pgd(0.1f) { Steps = 2 }, schedule: new EpsilonSchedule { Lowest = 0.05f }) { Share = share },
            _ => new MixedAdversarialBatches(model, images, batchSize, new TradesAttack(new Pgd(0.1f) { Steps = 2 })) { Paired = true, Share = share },
        };
        TrainingHistory history = trainer.Fit(batches, stepsPerEpoch: Steps / 4, epochs: 4, cancellation: stop.Token);
        return (TestNetworks.AllWeights(model), history);
    }

    private sealed class Stopper(int after, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if ((value.Epoch - 1) * value.Steps + value.Step == after)
                stop.Cancel();
        }
    }
}
