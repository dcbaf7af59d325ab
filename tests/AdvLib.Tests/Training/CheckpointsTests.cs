// A run without a cancellation token is what most callers start, and what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

public sealed class CheckpointsTests : IDisposable
{
    private const int Epochs = 3;
    private static readonly ImageSet Images = Toy.Set(50);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Cancelled after each step in turn, in processes of their own as far as objects go.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_resumed_run_ends_with_the_bits_of_an_uninterrupted_one(bool mixed)
    {
        Outcome whole = Train(mixed, checkpoints: null);
        for (int stop = 0; stop < Epochs * 5; stop++)
        {
            var checkpoints = new Checkpoints(_folder[$"{stop}"]);
            Assert.True(Train(mixed, checkpoints, stopAfter: stop).History.Interrupted);
            Assert.Equal(Math.Min((stop + 4) / 5, 2), checkpoints.Files().Count);
            Same(whole, Train(mixed, checkpoints, resume: true));
        }
    }

    // Unlike a caller's own token: the rest of a notebook's cell would take a half-trained model for a trained one.
    [Fact]
    public void A_host_that_stops_a_run_ends_what_called_it_and_finds_its_last_step_saved()
    {
        using var stop = new CancellationTokenSource();
        Work.Host = new WorkHost(null, stop.Token);
        // The last step of an epoch: its evaluation is not cut off.
        var checkpoints = new Checkpoints(_folder.Root);
        Assert.Throws<OperationCanceledException>(() => Train(mixed: true, checkpoints, log: new ProgressLog(report => Stop(report.Epoch == 2 && report.Step == 5))));
        Assert.EndsWith("step-0000000010.safetensors", checkpoints.Files()[^1], StringComparison.Ordinal);

        Work.Host = new WorkHost(null, CancellationToken.None);
        Same(Train(mixed: true, checkpoints: null), Train(mixed: true, checkpoints, resume: true));

        void Stop(bool now)
        {
            if (now)
                stop.Cancel();
        }
    }

    [Fact]
    public void An_ended_run_that_is_resumed_gives_its_result_again_and_trains_no_more()
    {
        var checkpoints = new Checkpoints(_folder.Root);
        Outcome whole = Train(mixed: false, checkpoints);
        Outcome again = Train(mixed: false, checkpoints, resume: true);
        Same(whole, again);
        Assert.Equal(whole.History.Epochs, again.History.Epochs);
        Assert.Equal(0, again.Steps);

        Outcome longer = Train(mixed: false, checkpoints, resume: true, epochs: Epochs + 1);
        Assert.Equal(5, longer.Steps);
        Same(Train(mixed: false, checkpoints: null, epochs: Epochs + 1), longer);
        Assert.Contains("after epoch 4", Assert.Throws<CheckpointException>(() => Train(mixed: false, checkpoints, resume: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_few_are_kept_every_epoch_and_every_so_many_steps()
    {
        string[] Names(Checkpoints checkpoints)
        {
            Train(mixed: false, checkpoints);
            return [.. checkpoints.Files().Select(path => Path.GetFileName(path)[..^12])];
        }

        Assert.Equal(["run-0001-step-0000000010", "run-0001-step-0000000015"], Names(new Checkpoints(_folder["a"])));
        // Those of an earlier run are not this one's to remove.
        Assert.Equal(["run-0001-step-0000000010", "run-0001-step-0000000015", "run-0002-step-0000000015"], Names(new Checkpoints(_folder["a"]) { Keep = 1 }));
        Assert.Equal([2, 4, 5, 6, 8, 10, 12, 14, 15], Names(new Checkpoints(_folder["b"]) { Keep = 100, EverySteps = 2 }).Select(name => int.Parse(name[14..], null)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Checkpoints("c") { Keep = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Checkpoints("c") { EverySteps = -1 });
        Assert.Throws<ArgumentException>(() => new Checkpoints(""));
    }

    [Fact]
    public void A_new_run_does_not_go_on_from_an_old_one()
    {
        var checkpoints = new Checkpoints(_folder.Root);
        Train(mixed: false, checkpoints);
        Outcome other = Train(mixed: false, checkpoints, rate: 0.02f);
        Assert.Equal(15, other.Steps);
        Train(mixed: false, checkpoints, rate: 0.02f, stopAfter: 3);
        Same(other, Train(mixed: false, checkpoints, rate: 0.02f, resume: true));
    }

    [Fact]
    public void Nothing_but_a_complete_checkpoint_loads()
    {
        string path = Saved();
        byte[] whole = File.ReadAllBytes(path);
        Assert.NotEmpty(Checkpoints.Load(path).Arrays);
        for (int length = 0; length < whole.Length; length += 1 + length / 8)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<WeightsFileException>(() => Checkpoints.Load(path));
        }

        // A sound safetensors file that is no checkpoint.
        Toy.Model().Save(path);
        Assert.Throws<WeightsFileException>(() => Checkpoints.Load(path));
    }

    [Fact]
    public void A_changed_byte_is_found()
    {
        string path = Saved();
        ResumeState sound = Checkpoints.Load(path);
        byte[] whole = File.ReadAllBytes(path);
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. whole];
            changed[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, changed);
            try
            {
                // White space and ways to write the same text may change; what they say may not.
                ResumeState loaded = Checkpoints.Load(path);
                Assert.Equal(sound.Values, loaded.Values);
                Assert.Equal(Words(sound), Words(loaded));
            }
            catch (WeightsFileException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 280, 300);
    }

    // By their bits: they need be no numbers.
    private static IEnumerable<int> Words(ResumeState state) => state.Arrays.SelectMany(array => array.Values).Select(BitConverter.SingleToInt32Bits);

    // With a checksum that fits: made by somebody, not by an accident.
    [Fact]
    public void A_forged_checkpoint_is_refused_or_trains_on_and_nothing_else()
    {
        ResumeState sound = Checkpoints.Load(Saved());
        string[] texts = ["0", "-1", "5", "2147483647", "-2147483648", "9223372036854775807", "1e308", "-0.5", "NaN", "", "True", "x"];
        var random = new Random(11);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            var values = sound.Values.ToDictionary();
            var arrays = sound.Arrays.ToDictionary(array => array.Name, array => array with { Values = [.. array.Values] });
            string name = values.Keys.ElementAt(random.Next(values.Count));
            float[] words = arrays.Values.ElementAt(random.Next(arrays.Count)).Values;
            if (i % 2 == 0)
                values[name] = texts[random.Next(texts.Length)];
            else if (words.Length > 0)
                words[random.Next(words.Length)] = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (i % 10 == 0)
                arrays.Remove(arrays.Keys.ElementAt(random.Next(arrays.Count)));

            Sequential model = Toy.Model();
            float[] before = TestNetworks.AllWeights(model);
            var adam = new Adam(0.01f);
            var run = new TrainingRun(model, adam, Loss.CrossEntropy, new MixedAdversarialBatches(model, Images, 10, epsilon: 0.1f), Epochs, 5)
            {
                TakeStepOn = batch => model.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, adam),
            };
            run.Begin(mark: true);
            try
            {
                run.Load(new ResumeState(arrays.Values, values));
                run.TakeStep();
            }
            catch (CheckpointException)
            {
                refused++;
                Assert.Equal(before, TestNetworks.AllWeights(model));
            }
            catch (Exception e) when (e is NumericalFaultException or ShapeMismatchException)
            {
                // Numbers that may be, and lead nowhere.
            }
        }

        Assert.InRange(refused, 100, 399);
    }

    [Fact]
    public void An_older_checkpoint_stands_in_for_a_damaged_one()
    {
        var checkpoints = new Checkpoints(_folder.Root);
        Outcome whole = Train(mixed: true, checkpoints);
        string newest = checkpoints.Files()[^1];
        byte[] torn = File.ReadAllBytes(newest)[..^1];
        File.WriteAllBytes(newest, torn);
        Outcome again = Train(mixed: true, checkpoints, resume: true);
        Assert.Equal(5, again.Steps);
        Same(whole, again);

        // What cannot be read may be another version's: it stays, and the run goes on beside it.
        Assert.Equal(torn, File.ReadAllBytes(newest));
        Assert.Contains(Path.GetFileName(newest), Assert.Single(checkpoints.Skipped), StringComparison.Ordinal);
        Assert.Equal("run-0002-step-0000000015.safetensors", Path.GetFileName(checkpoints.Files()[^1]));
        Same(whole, Train(mixed: true, new Checkpoints(_folder.Root) { Keep = 1 }, resume: true));

        foreach (string path in checkpoints.Files())
            File.WriteAllText(path, "not a checkpoint");
        Assert.Contains("all damaged", Assert.Throws<CheckpointException>(() => Train(mixed: true, checkpoints, resume: true)).Message, StringComparison.Ordinal);
        Assert.Equal(3, checkpoints.Files().Count);
    }

    [Fact]
    public void Loading_weights_skips_what_it_cannot_read_and_says_so()
    {
        var checkpoints = new Checkpoints(_folder.Root);
        Train(mixed: false, checkpoints);
        string newer = _folder["run-0009-step-0000000001.safetensors"];
        File.WriteAllText(newer, "of a version to come");
        Sequential model = Toy.Model();
        string said = checkpoints.LoadWeights(model);
        Assert.Contains("Skipped", said, StringComparison.Ordinal);
        Assert.Contains("run-0009-step-0000000001", said, StringComparison.Ordinal);
        Assert.Equal("of a version to come", File.ReadAllText(newer));
        Assert.Equal(3, checkpoints.Files().Count);

        File.Delete(newer);
        Assert.DoesNotContain("Skipped", checkpoints.LoadWeights(model), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_process_was_writing_is_removed_and_what_another_writes_stays()
    {
        Directory.CreateDirectory(_folder["a"]);
        string dead = _folder["a/run-0001-step-0000000005.safetensors.0.tmp"];
        string alive = _folder["a/run-0001-step-0000000005.safetensors.1.tmp"];
        string other = _folder["a/notes.tmp"];
        File.WriteAllText(dead, "half a file");
        File.WriteAllText(other, "somebody else's");
        using (File.Create(alive))
            Train(mixed: false, new Checkpoints(_folder["a"]));
        Assert.Equal([other, alive], Directory.GetFiles(_folder["a"], "*.tmp").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("learning rate", "learning rate is 0.01")]
    [InlineData("batch size", "batch size is 10")]
    [InlineData("steps", "steps per epoch is 5")]
    [InlineData("data", "batches.data is ")]
    [InlineData("mixed", "normal is not known")]
    [InlineData("optimizer", "optimizer.kind is Adam")]
    [InlineData("network", "layers is flatten")]
    [InlineData("seed", "beginning is")]
    [InlineData("loss", "loss is cross-entropy")]
    public void A_checkpoint_of_another_run_is_refused_and_changes_nothing(string different, string message)
    {
        var checkpoints = new Checkpoints(_folder.Root);
        Train(mixed: false, checkpoints);

        Sequential model = different == "network" ? new Sequential(Toy.Shape, 1, new Flatten(), new Dense(16), new ReLU(), new BatchNorm(), new Dropout(0.25f), new Dense(4), new Softmax()) : Toy.Model(seed: 9);
        Optimizer optimizer = different == "optimizer" ? new Sgd(0.01f) : new Adam(different == "learning rate" ? 0.02f : 0.01f);
        ImageSet images = different == "data" ? Toy.Set(50, seed: 2) : Images;
        int size = different == "batch size" ? 9 : 10;
        IBatchSource batches = different == "mixed" ? new MixedAdversarialBatches(model, images, size, epsilon: 0.1f) : new ShuffledBatches(images, size, seed: 42);
        var trainer = new Trainer(model, optimizer, different == "loss" ? Loss.MeanSquaredError : null) { Checkpoints = checkpoints, Resume = true, Progress = new ProgressLog() };
        float[] before = TestNetworks.AllWeights(model);
        int[] order = [.. batches.Next().Labels];

        var refused = Assert.Throws<CheckpointException>(() => trainer.Fit(batches, different == "steps" ? 6 : 5, Epochs));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, TestNetworks.AllWeights(model));
        Assert.Equal((0, true), (optimizer.Steps, order.Length == size));
    }

    [Fact]
    public void What_has_no_place_to_keep_is_refused_before_anything_is_trained()
    {
        var model = new FakeClassifier(Toy.Shape, 4);
        var trainer = new Trainer(model, new Sgd()) { Checkpoints = new Checkpoints(_folder.Root), Progress = new ProgressLog() };
        Assert.Contains("Batches of Stubborn", Assert.Throws<CheckpointException>(() => trainer.Fit(new Stubborn(), 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("without checkpoints", Assert.Throws<CheckpointException>(() => new Trainer(model, new Sgd()) { Resume = true }.Fit(Images, 1, batchSize: 10)).Message, StringComparison.Ordinal);
        Assert.Empty(model.Trained);
        Assert.Single(new Trainer(model, new Sgd()) { Progress = new ProgressLog() }.Fit(new Stubborn(), 1, 1).Epochs);
    }

    [Fact]
    public void The_best_epochs_weights_are_kept_also_over_an_interruption()
    {
        double[] scores = [0.3, 0.5, double.NaN, 0.5, 0.2];
        Outcome Run(Checkpoints? checkpoints, int stopAfter = int.MaxValue, bool resume = false) =>
            Train(mixed: true, checkpoints, stopAfter, resume, epochs: 5, score: epoch => scores[epoch.Epoch - 1]);

        Outcome whole = Run(null);
        Assert.Equal(2, whole.History.Best!.Epoch);
        Assert.Equal([0.3, 0.5, null, 0.5, 0.2], whole.History.Epochs.Select(epoch => epoch.Score));
        Assert.EndsWith(", best epoch 2", whole.History.ToString(), StringComparison.Ordinal);
        Assert.Equal(Train(mixed: true, null, epochs: 2).Weights, whole.Weights);

        Outcome cut = Run(new Checkpoints(_folder.Root), stopAfter: 12);
        Assert.Equal(whole.Weights, cut.Weights);
        Same(whole, Run(new Checkpoints(_folder.Root), resume: true));
        Assert.Null(Train(mixed: true, null).History.Best);
    }

    [Fact]
    public void A_defence_goes_on_to_the_same_bits_with_its_schedules_and_its_monitor()
    {
        (float[] Weights, TrainingHistory History, OverfittingMonitor Monitor) Run(Checkpoints? checkpoints, int stopAfter = int.MaxValue, bool resume = false, float peak = 0.01f)
        {
            using var stop = new CancellationTokenSource();
            int steps = 0;
            Sequential model = Toy.Model();
            var monitor = new OverfittingMonitor(Toy.Set(20, seed: 3), 0.1f) { EverySteps = 4 };
            var trainer = new Trainer(model, new Adam(), new Trades())
            {
                Checkpoints = checkpoints,
                Resume = resume,
                Schedule = new OneCycle(peak),
                Monitor = monitor,
                Progress = new ProgressLog(report =>
                {
                    if (report.Finished is null && ++steps == stopAfter)
                        stop.Cancel();
                }),
            };
            var batches = new MixedAdversarialBatches(
                model, Images, 10, new TradesAttack(new Pgd(0.1f) { Steps = 2, StepSize = 0.1f }), schedule: new() { WarmUpBatches = 7, Lowest = 0.05f })
            { Paired = true };
            TrainingHistory history = trainer.Fit(batches, stepsPerEpoch: 5, epochs: 3, cancellation: stop.Token);
            return (TestNetworks.AllWeights(model), history, monitor);
        }

        var whole = Run(null);
        var checkpoints = new Checkpoints(_folder.Root);
        Run(checkpoints, stopAfter: 7);
        Assert.Throws<CheckpointException>(() => Run(checkpoints, resume: true, peak: 0.02f));
        var resumed = Run(checkpoints, resume: true);
        Assert.Equal(whole.Weights, resumed.Weights);
        Assert.Equal(whole.History.Epochs.Select(epoch => epoch.Loss), resumed.History.Epochs.Select(epoch => epoch.Loss));
        Assert.Equal([4L, 8, 12], resumed.Monitor.Readings.Select(reading => reading.Step));
        Assert.Equal(whole.Monitor.Readings, resumed.Monitor.Readings);
    }

    [Fact]
    public void On_a_full_disk_the_checkpoints_before_stay_and_the_run_goes_on_from_them()
    {
        _folder.Mount("size=64k");
        var checkpoints = new Checkpoints(_folder["run"]) { EverySteps = 1 };
        Outcome whole = Train(mixed: true, checkpoints: null);
        void Fill()
        {
            using FileStream file = File.Create(_folder["ballast"]);
            Assert.Throws<IOException>(() =>
            {
                for (int block = 0; block < 100; block++)
                {
                    file.Write(new byte[4096]);
                    file.Flush();
                }
            });
        }

        var stop = new ProgressLog(report =>
        {
            if (report is { Epoch: 2, Step: 4, Finished: null })
                Fill();
        });
        var full = Assert.Throws<CheckpointException>(() => Train(mixed: true, checkpoints, log: stop));
        Assert.Contains("run-0001-step-0000000008.safetensors is complete", full.Message, StringComparison.Ordinal);
        Assert.IsType<IOException>(full.InnerException, exactMatch: false);
        Assert.Equal(2, Directory.GetFiles(_folder["run"]).Length);

        // Still full: it says so before it trains.
        Assert.Throws<CheckpointException>(() => Train(mixed: true, checkpoints, resume: true));
        File.Delete(_folder["ballast"]);
        Same(whole, Train(mixed: true, checkpoints, resume: true));
    }

    [Fact]
    public void A_folder_that_takes_no_files_is_told_before_anything_is_trained()
    {
        _folder.Mount("size=1m");
        var checkpoints = new Checkpoints(_folder["run"]);
        Outcome whole = Train(mixed: false, checkpoints);
        _folder.Mount("ro");
        var log = new ProgressLog();
        Assert.Contains("cannot be written", Assert.Throws<CheckpointException>(() => Train(mixed: false, checkpoints, log: log)).Message, StringComparison.Ordinal);
        Assert.Empty(log.Reports);
        Assert.NotEmpty(checkpoints.LoadNewest()!.Arrays);
        _folder.Mount("rw");
        Same(whole, Train(mixed: false, checkpoints, resume: true));
    }

    private string Saved()
    {
        var checkpoints = new Checkpoints(_folder.Root);
        Train(mixed: true, checkpoints, stopAfter: 7);
        return checkpoints.Files()[^1];
    }

    private static Outcome Train(
        bool mixed, Checkpoints? checkpoints, int stopAfter = int.MaxValue, bool resume = false, int epochs = Epochs, float rate = 0.01f, Func<EpochResult, double>? score = null, ProgressLog? log = null)
    {
        using var stop = new CancellationTokenSource();
        if (stopAfter == 0)
            stop.Cancel();
        int steps = 0;
        Sequential model = Toy.Model();
        log ??= new ProgressLog(report =>
        {
            if (report.Finished is null && ++steps == stopAfter)
                stop.Cancel();
        });
        var trainer = new Trainer(model, new Adam(rate)) { Checkpoints = checkpoints, Resume = resume, Progress = log, Score = score };
        TrainingHistory history = mixed
            ? trainer.Fit(new MixedAdversarialBatches(model, Images, 10, epsilon: 0.1f), stepsPerEpoch: 5, epochs, Toy.Set(20), stop.Token)
            : trainer.Fit(Images, epochs, batchSize: 10, validation: Toy.Set(20), cancellation: stop.Token);
        return new Outcome(TestNetworks.AllWeights(model), history, steps);
    }

    private static void Same(Outcome expected, Outcome found)
    {
        Assert.Equal(expected.Weights, found.Weights);
        Assert.Equal(expected.History.Epochs.Select(epoch => epoch with { Seconds = 0 }), found.History.Epochs.Select(epoch => epoch with { Seconds = 0 }));
        Assert.False(found.History.Interrupted);
    }

    private sealed record Outcome(float[] Weights, TrainingHistory History, int Steps);

    private sealed class Stubborn : IBatchSource
    {
        private readonly ShuffledBatches _batches = new(Images, 5, seed: 1);

        public int BatchSize => 5;

        public Batch Next() => _batches.Next();
    }
}
