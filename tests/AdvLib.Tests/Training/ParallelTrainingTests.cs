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
    public void After_200_steps_all_ranks_hold_the_bits_of_one_process(string kind, int count)
    {
        (float[] expected, TrainingHistory alone) = Train(kind, null);
        (float[] Weights, TrainingHistory History)[] found = LocalRanks.Run(count, ranks => Train(kind, ranks));
        Assert.All(found, rank => Assert.Equal(expected, rank.Weights));
        Assert.All(found, rank => Assert.Equal(alone.Epochs.Select(epoch => (epoch.Loss, epoch.Accuracy)), rank.History.Epochs.Select(epoch => (epoch.Loss, epoch.Accuracy))));
    }

    [Fact]
    public void The_recipes_network_too_whose_background_of_zeros_lets_no_rounding_pass()
    {
        ImageSet digits = SyntheticDigits.Create(300, seed: 3, RandomPurpose.TrainDigits);
        float[] Weights(IRanks? ranks)
        {
            Sequential model = RecipesNetwork(digits);
            CreateTrainer(model, ranks, new ProgressLog()).Fit(digits, epochs: 5, batchSize: 32);
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
        float[] Weights(IRanks? ranks, string? checkpoints, int epochs = 8, int batchSize = 64, int stopAfter = Steps)
        {
            Sequential model = RecipesNetwork(digits);
            using var stop = new CancellationTokenSource();
            CreateTrainer(model, ranks, new Stopper(stopAfter, stop), checkpoints is null ? null : folder[checkpoints])
                .Fit(digits, epochs, batchSize, cancellation: stop.Token);
            return TestNetworks.AllWeights(model);
        }

        float[] whole = Weights(null, null);
        LocalRanks.Run(3, ranks => Weights(ranks, "run", stopAfter: 3));
        Assert.All(LocalRanks.Run(2, ranks => Weights(ranks, "run")), found => Assert.Equal(whole, found));

        // All images at a time are more to show than the kernel.
        float[] large = Weights(null, null, epochs: 20, batchSize: 150);
        LocalRanks.Run(2, ranks => Weights(ranks, "large", epochs: 20, batchSize: 150, stopAfter: 7));
        Assert.Equal(large, Weights(null, "large", epochs: 20, batchSize: 150));
    }

    [Fact]
    public void Some_ranks_may_have_no_image()
    {
        // The last batch of an epoch has 2 images.
        ImageSet few = Images.Take(10);
        float[] expected = Train("shuffled", null, few, batchSize: 4).Weights;
        Assert.All(LocalRanks.Run(5, ranks => Train("shuffled", ranks, few, batchSize: 4).Weights), found => Assert.Equal(expected, found));
    }

    [Fact]
    public void A_run_goes_on_from_the_same_state_on_another_number_of_ranks()
    {
        using var folder = new TempFolder();
        float[] whole = Train("mixed", null).Weights;
        LocalRanks.Run(3, ranks => Train("mixed", ranks, checkpoints: folder["run"], stopAfter: 50));
        LocalRanks.Run(2, ranks => Train("mixed", ranks, checkpoints: folder["run"], stopAfter: 100));
        Assert.Equal(whole, Train("mixed", null, checkpoints: folder["run"]).Weights);
    }

    [Fact]
    public void Only_the_first_rank_needs_to_see_the_checkpoints()
    {
        using var folder = new TempFolder();
        float[] whole = Train("shuffled", null).Weights;
        LocalRanks.Run(2, ranks => Train("shuffled", ranks, checkpoints: folder["run"], stopAfter: 80));
        Assert.InRange(new Checkpoints(folder["run"]).Files().Count, 1, 2);
        float[][] resumed = LocalRanks.Run(2, ranks => Train("shuffled", ranks, checkpoints: folder[ranks.Share.Rank == 0 ? "run" : "elsewhere"]).Weights);
        Assert.All(resumed, found => Assert.Equal(whole, found));
        Assert.False(Directory.Exists(folder["elsewhere"]));
    }

    [Fact]
    public void What_is_no_share_of_the_batch_is_refused()
    {
        ShapeMismatchException wrong = Assert.Throws<ShapeMismatchException>(() => LocalRanks.Run(2, ranks =>
        {
            RankedNetwork model = new(TestNetworks.SmallCnn(threads: 1), ranks);
            Batch batch = new ShuffledBatches(Images, 24, seed: 1).Next();
            return model.TrainOnShare(batch.Images, batch.Labels, batch.Total, Loss.CrossEntropy, new Adam());
        }));
        Assert.Contains("24 images on rank", wrong.Message, StringComparison.Ordinal);

        float[] images = TestNetworks.Images(2, TestNetworks.Small);
        Assert.Throws<InvalidOperationException>(() => LocalRanks.Run(2, ranks =>
            new RankedNetwork(TestNetworks.SmallCnn(threads: 1), ranks).TrainOnBatch(images, [0, 1], Loss.CrossEntropy, new Adam())));
    }

    [Fact]
    public void All_ranks_notice_a_fault_at_the_same_step()
    {
        // Without batch statistics nothing but the loss tells the others.
        bool[] seen = LocalRanks.Run(2, ranks =>
        {
            var model = new RankedNetwork(
                new Sequential(new Network(TestNetworks.Small, new Flatten(), new Dense(4), new Softmax()), 1, new ThreadTeam(1)), ranks);
            float[] images = TestNetworks.Images(2, TestNetworks.Small);
            images[3] = ranks.Share.Rank == 0 ? float.NaN : images[3];
            NumericalFaultException fault = Assert.Throws<NumericalFaultException>(() => model.TrainOnShare(images, [0, 1], 4, Loss.CrossEntropy, new Adam()));
            return (fault.IsGiven, fault.Step) == (ranks.Share.Rank == 0, 1);
        });
        Assert.Equal([true, true], seen);
    }

    [Fact]
    public void All_ranks_notice_a_fault_in_the_rows_of_one_of_them()
    {
        // The last pixel's weights are the last rank's to move; the square of their gradient is no float.
        string[] places = LocalRanks.Run(2, ranks =>
        {
            var shape = new Shape(28, 28, 1);
            var model = new RankedNetwork(
                new Sequential(new Network(shape, new Flatten(), new Dense(128), new Softmax()), 1, new ThreadTeam(1)), ranks);
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
        (Sequential Model, Adam Optimizer)[] all = [.. Enumerable.Range(0, 4).Select(_ => (RecipesNetwork(digits), new Adam()))];
        float[] Train(int rank, IRanks? ranks)
        {
            (Sequential model, Adam optimizer) = all[rank];
            var ranked = ranks is null ? null : new RankedNetwork(model, ranks);
            Trainer trainer = ranked is null
                ? new Trainer(model, optimizer) { Progress = new ProgressLog() }
                : new RankedTrainer(ranked, optimizer) { Progress = new ProgressLog() };
            trainer.Fit(digits, epochs: 5, batchSize: 64);
            ranked?.CollectMemory(optimizer);
            return TestNetworks.AllWeights(model);
        }

        Train(3, null);
        LocalRanks.Run(3, ranks => Train(ranks.Share.Rank, ranks));
        float[] expected = Train(3, null);
        Assert.All(LocalRanks.Run(2, ranks => Train(ranks.Share.Rank, ranks)), found => Assert.Equal(expected, found));
    }

    private static Sequential RecipesNetwork(ImageSet images) =>
        new(SimpleCnn.Describe(images.Shape, images.Classes), 42, new ThreadTeam(1));

    // On the ranks, or without any; with checkpoints it goes on from them.
    private static Trainer CreateTrainer(
        Sequential model, IRanks? ranks, IProgress<TrainingProgress> progress, string? checkpoints = null, Loss? loss = null)
    {
        var optimizer = new Adam(1e-3f);
        Checkpoints? saved = checkpoints is null ? null : new Checkpoints(checkpoints);
        return ranks is null
            ? new Trainer(model, optimizer, loss) { Progress = progress, Checkpoints = saved, Resume = saved is not null }
            : new RankedTrainer(new RankedNetwork(model, ranks), optimizer, loss) { Progress = progress, Checkpoints = saved, Resume = saved is not null };
    }

    private static (float[] Weights, TrainingHistory History) Train(
        string kind, IRanks? ranks, ImageSet? images = null, int batchSize = 24, string? checkpoints = null, int stopAfter = Steps)
    {
        images ??= Images;
        Sequential model = TestNetworks.SmallCnn(threads: 1);
        Share share = ranks?.Share ?? Share.Whole;
        using var stop = new CancellationTokenSource();
        Trainer trainer = CreateTrainer(model, ranks, new Stopper(stopAfter, stop), checkpoints, kind == "TRADES" ? new Trades(2) : null);
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
