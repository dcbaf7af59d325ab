namespace AdvLib.Tests;

public sealed class PgdTests
{
    private const int Count = 40;
    private static readonly float[] Images = TestNetworks.Images(Count, TestNetworks.Small);
    private static readonly int[] Labels = TestNetworks.Labels(Count, 4);
    private static readonly int Size = TestNetworks.Small.Size;

    public static TheoryData<Norm, float> Balls => new() { { Norm.Linf, 0.1f }, { Norm.L2, 0.8f }, { Norm.L1, 6 } };

    [Fact]
    public void One_step_of_size_epsilon_is_Fgsm_bit_for_bit()
    {
        Sequential model = TestNetworks.SmallCnn();
        foreach (PixelRange? clip in (PixelRange?[])[null, PixelRange.Unit])
        {
            foreach (bool targeted in (bool[])[false, true])
            {
                Goal goal = targeted ? Goal.Reach(Labels) : Goal.LeaveLabel;
                var fgsm = new Fgsm(0.1f) { Clip = clip, Goal = goal };
                var pgd = new Pgd(0.1f) { Steps = 1, StepSize = 0.1f, RandomStart = false, Loss = fgsm.Loss, Clip = clip, Goal = goal };
                Assert.Equal(Perturb(fgsm, model), Perturb(pgd, model));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Balls))]
    public void Adversaries_stay_in_the_ball_and_in_the_range(Norm norm, float epsilon)
    {
        Sequential model = TestNetworks.SmallCnn();
        foreach (Pgd attack in (Pgd[])[new(epsilon) { Norm = norm, Steps = 7 }, new(epsilon) { Norm = norm, Steps = 5, Momentum = 1 }, new(epsilon) { Norm = norm, Steps = 1, StepSize = 0 }])
        {
            float[] adversaries = Perturb(attack, model);
            Assert.All(adversaries, pixel => Assert.InRange(pixel, 0, 1));
            double[] lengths = [.. Enumerable.Range(0, Count).Select(i => norm.Distance(Images.AsSpan(i * Size, Size), adversaries.AsSpan(i * Size, Size)))];
            Assert.All(lengths, length => Assert.InRange(length, 0, epsilon * (1 + 1e-5)));
            Assert.True(lengths.Max() > 0.3 * epsilon, $"{norm}: the largest perturbation is {lengths.Max()}");
        }
    }

    [Theory]
    [MemberData(nameof(Balls))]
    public void More_steps_reach_a_higher_loss(Norm norm, float epsilon)
    {
        Sequential model = TestNetworks.SmallCnn();
        foreach (Loss loss in (Loss[])[Loss.CrossEntropy, Loss.MeanSquaredError, Loss.CwMargin, new Dlr()])
        {
            double clean = Mean(model, loss, Images);
            double one = Mean(model, loss, Perturb(new Pgd(epsilon) { Norm = norm, Steps = 1, StepSize = epsilon, RandomStart = false, Loss = loss }, model));
            double many = Mean(model, loss, Perturb(new Pgd(epsilon) { Norm = norm, Steps = 30, Loss = loss }, model));
            Assert.True(clean < one && one < many, $"{norm}, {loss}: {clean}, {one}, {many}");
        }
    }

    [Fact]
    public void A_random_start_is_the_images_own_and_fills_the_ball()
    {
        foreach ((Norm norm, float epsilon) in ((Norm, float)[])[(Norm.Linf, 0.1f), (Norm.L2, 1), (Norm.L1, 5)])
        {
            // Nothing but the start: a step of 0, no range.
            var attack = new Pgd(epsilon) { Norm = norm, Steps = 1, StepSize = 0, Clip = null };
            var model = new FakeClassifier(TestNetworks.Small, 4);
            float[] starts = Perturb(attack, model);
            for (int i = 0; i < Count; i++)
            {
                double length = norm.Distance(Images.AsSpan(i * Size, Size), starts.AsSpan(i * Size, Size));
                Assert.InRange(length, 0.9 * epsilon, epsilon * 1.00001); // in 144 dimensions nearly all of a ball is at its edge
                var one = new float[Size];
                attack.Perturb(model, Images.AsSpan(i * Size, Size), Labels.AsSpan(i, 1), one);
                Assert.Equal(one, starts[(i * Size)..((i + 1) * Size)]);
            }

            double mean = Images.Zip(starts, (a, b) => (double)b - a).Average();
            Assert.InRange(Math.Abs(mean), 0, norm.Distance(Images, starts) / 50);
            Assert.NotEqual(starts, Perturb(attack with { Seed = 43 }, model));
        }
    }

    [Fact]
    public void Square_starts_are_corners_of_the_ball_in_patches_and_as_many_as_wanted()
    {
        // Many images, nothing but the start.
        const int Many = 400;
        ImageSet set = TestNetworks.Set(Many, TestNetworks.Small, 4);
        var model = new FakeClassifier(TestNetworks.Small, 4);
        var images = new float[Many * Size];
        set.CopyImages(0, Many, images);
        foreach (float share in (float[])[0, 0.25f, 1])
        {
            var attack = new SquareStarts(new Pgd(0.125f) { Steps = 1, StepSize = 0, Clip = null }, share);
            var starts = new float[images.Length];
            attack.Perturb(model, images, new int[Many], starts);
            int corners = 0;
            for (int i = 0; i < Many; i++)
            {
                float[] changes = [.. Enumerable.Range(i * Size, Size).Select(k => starts[k] - images[k])];
                Assert.All(changes, change => Assert.InRange(Math.Abs(change), 0, 0.12501f));
                if (!changes.All(change => Math.Abs(change) > 0.12499f))
                    continue;
                corners++;

                // Of a pixel and the one below, stripes tell two apart never, a square's edges some.
                int row = TestNetworks.Small.Width * TestNetworks.Small.Channels;
                int equal = Enumerable.Range(0, Size - row).Count(k => changes[k] > 0 == changes[k + row] > 0);
                Assert.True(equal > 0.7 * (Size - row), $"{equal} of {Size - row}");
            }

            Assert.InRange(corners, share * Many - 40 * (share % 1 > 0 ? 1 : 0), share * Many + 40 * (share % 1 > 0 ? 1 : 0));
            var one = new float[Size];
            attack.Perturb(model, images.AsSpan(Size, Size), [0], one);
            Assert.Equal(one, starts[Size..(2 * Size)]);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new SquareStarts(new Pgd(0.1f), 1.1f));
        Assert.Throws<ArgumentException>(() => new SquareStarts(new Pgd(0.1f) { Norm = Norm.L2 }, 1));
        Assert.Throws<ArgumentException>(() => new SquareStarts(Pgd.Bim(0.1f), 1));
        Assert.Throws<ArgumentException>(() => new SquareStarts(new Pgd(0.1f) { Restarts = 2 }, 1));
    }

    [Fact]
    public void Restarts_keep_each_images_worst_case_and_spare_those_that_are_fooled()
    {
        Sequential model = TestNetworks.SmallCnn();
        foreach (Goal goal in (Goal[])[Goal.LeaveLabel, Goal.Reach(Labels), Goal.LeavePrediction, Goal.ReachLeastLikely, Goal.ReachRandomOther()])
        {
            var attack = new Pgd(0.05f) { Steps = 3, Goal = goal, Restarts = 1 };
            double[] last = [.. Enumerable.Repeat(double.NegativeInfinity, Count)];
            for (int restarts = 1; restarts <= 4; restarts++)
            {
                double[] worth = Worth(model, Perturb(attack with { Restarts = restarts }, model), goal);
                Assert.All(worth.Zip(last), pair => Assert.True(pair.First >= pair.Second - 1e-6));
                Assert.True(restarts == 1 || worth.Sum() >= last.Sum());
                last = worth;
            }
        }

        // Images whose first pixel is light are fooled by the first run.
        var fake = new FakeClassifier(Shape.Vector(2), 2) { Answer = image => image[0] > 0.5f ? [0, 1] : [1, 0] };
        new Pgd(0.01f) { Steps = 2, Restarts = 3 }.Perturb(fake, [0.9f, 0, 0.1f, 0, 0.2f, 0, 0.8f, 0], [0, 0, 0, 0], new float[8]);
        Assert.Equal([4, 4, 4, 2, 2, 2, 2, 2, 2], fake.Asked);
    }

    [Fact]
    public void A_loss_that_knows_its_images_follows_them_into_a_restart()
    {
        Sequential model = TestNetworks.SmallCnn();
        float[] clean = model.Predict(Images);
        var attack = new Pgd(0.05f) { Steps = 4, Restarts = 3, Goal = Goal.LeavePrediction };
        float[] all = Perturb(attack with { Loss = new KullbackLeibler(clean, 4) }, model);
        for (int i = 0; i < Count; i++)
        {
            var one = new float[Size];
            (attack with { Loss = new KullbackLeibler(clean[(i * 4)..(i * 4 + 4)], 4) }).Perturb(model, Images.AsSpan(i * Size, Size), [0], one);
            Assert.Equal(one, all[(i * Size)..((i + 1) * Size)]);
        }
    }

    [Fact]
    public void Goals_choose_the_class()
    {
        Sequential model = TestNetworks.SmallCnn();
        float[] logits = TestNetworks.LogitsOf(model, Images);
        int[] predicted = [.. logits.Chunk(4).Select(row => row.IndexOf(row.Max()))];
        int[] least = [.. logits.Chunk(4).Select(row => row.IndexOf(row.Min()))];
        var attack = new Pgd(0.1f) { Steps = 3 };
        Assert.Equal(Perturb(attack, model, predicted), Perturb(attack with { Goal = Goal.LeavePrediction }, model));
        Assert.Equal(Perturb(attack with { Goal = Goal.Reach(least) }, model), Perturb(attack with { Goal = Goal.ReachLeastLikely }, model));
        Assert.NotEqual(Perturb(attack, model, least), Perturb(attack with { Goal = Goal.Reach(least) }, model));
        Assert.Equal(Perturb(attack with { Goal = Goal.Reach(2) }, model), Perturb(attack with { Goal = Goal.Reach([.. Labels.Select(_ => 2)]) }, model));

        // Drawn from the image and the seed, and never the label.
        var others = new int[Count];
        Goal.ReachRandomOther(7).Choose(model, Images, Labels, others);
        Assert.DoesNotContain(others.Zip(Labels), pair => pair.First == pair.Second);
        Assert.Equal([0, 1, 2, 3], others.Distinct().Order());
        Assert.Equal(Perturb(attack with { Goal = Goal.Reach(others) }, model), Perturb(attack with { Goal = Goal.ReachRandomOther(7) }, model));
    }

    [Fact]
    public void Momentum_keeps_the_direction()
    {
        // The gradient turns round once the first step is done: only momentum goes on.
        var model = new FakeClassifier(Shape.Vector(1), 2) { Slope = (image, _) => [image[0] > 0.5f ? -0.1f : 1] };
        Assert.Equal(0.6f, Reached(Pgd.Bim(0.3f, 3)), 1e-6f); // there and back and there
        Assert.Equal(0.6f, Reached(Pgd.MomentumFgsm(0.2f, 2)), 1e-6f); // 1 - 1: each gradient counts as 1
        Assert.Equal(0.5f, Reached(Pgd.MomentumFgsm(0.3f, 3)), 1e-6f);
        Assert.Equal(0.8f, Reached(Pgd.MomentumFgsm(0.3f, 3, momentum: 2)), 1e-6f);
        float Reached(Pgd attack) => Perturb(attack, model, [0.5f], [0])[0];
    }

    [Theory]
    [MemberData(nameof(Balls))]
    public void Batch_size_and_threads_change_no_bit(Norm norm, float epsilon)
    {
        var attack = new Pgd(epsilon) { Norm = norm, Steps = 4, Momentum = 0.5f, Restarts = 2 };
        float[] expected = Perturb(attack, TestNetworks.SmallCnn(threads: 1));
        Sequential model = TestNetworks.SmallCnn(threads: 3);
        foreach (int batch in (int[])[1, 7, Count])
        {
            var adversaries = new float[Images.Length];
            for (int start = 0; start < Count; start += batch)
            {
                int count = Math.Min(batch, Count - start);
                attack.Perturb(model, Images.AsSpan(start * Size, count * Size), Labels.AsSpan(start, count), adversaries.AsSpan(start * Size, count * Size));
            }

            Assert.Equal(expected, adversaries);
        }
    }

    [Theory]
    [InlineData(Norm.Linf)]
    [InlineData(Norm.L2)]
    [InlineData(Norm.L1)]
    public void Epsilon_0_is_the_identity(Norm norm)
    {
        Sequential model = TestNetworks.SmallCnn();
        Assert.Equal(Images, Perturb(new Pgd(0) { Norm = norm, Steps = 3 }, model));
        Assert.Equal(Images, Perturb(new Pgd(0) { Norm = norm, Steps = 3, StepSize = 0.1f, Momentum = 1, Restarts = 2 }, model));
        if (norm != Norm.L1)
            Assert.Equal(Images, Perturb(new Apgd(0) { Norm = norm, Iterations = 5, Restarts = 2 }, model));
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(0.1f) { Steps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(0.1f) { Restarts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(0.1f) { StepSize = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pgd(0.1f) { Momentum = -0.1f });
        Assert.Throws<ShapeMismatchException>(() => new Pgd(0.1f).Perturb(TestNetworks.SmallCnn(), new float[Size + 1], [0], new float[Size + 1]));
        Assert.Throws<ShapeMismatchException>(() => new Pgd(0.1f).Perturb(TestNetworks.SmallCnn(), new float[Size], [4], new float[Size]));
    }

    [Fact]
    public void The_step_follows_epsilon_unless_set()
    {
        Assert.Equal(0.00625f, new Pgd(0.1f).StepSize, 1e-8f);
        Assert.Equal(0.01875f, (new Pgd(0.1f) with { Epsilon = 0.3f }).StepSize, 1e-8f);
        Assert.Equal(0.01f, (new Pgd(0.1f) { StepSize = 0.01f } with { Epsilon = 0.3f }).StepSize);
        Assert.Equal(0.01f, Pgd.Bim(0.1f).StepSize);
    }

    [Fact]
    public void The_name_tells_the_setting()
    {
        Assert.Equal("PGD-40 eps 0.1, cross-entropy, clipped to [0, 1]", new Pgd(0.1f).Name);
        Assert.Equal("PGD-5 eps 0.3, cross-entropy, clipped to [0, 1], 50% from squares", new SquareStarts(new Pgd(0.3f) { Steps = 5 }, 0.5f).Name);
        Assert.Equal("PGD-20 x5 L2 eps 2, DLR, targeted", new Pgd(2) { Steps = 20, Restarts = 5, Norm = Norm.L2, Loss = new Dlr(), Clip = null, Goal = Goal.Reach(1) }.Name);
        Assert.Equal("BIM-10 eps 0.3, cross-entropy, clipped to [0, 1]", Pgd.Bim(0.3f).Name);
        Assert.Equal("MI-FGSM-10 eps 0.3, cross-entropy, clipped to [0, 1], least likely", (Pgd.MomentumFgsm(0.3f) with { Goal = Goal.ReachLeastLikely }).Name);
    }

    private static float[] Perturb(IAttack<IDifferentiableClassifier> attack, IDifferentiableClassifier model, int[]? labels = null) => Perturb(attack, model, Images, labels ?? Labels);

    private static float[] Perturb(IAttack<IDifferentiableClassifier> attack, IDifferentiableClassifier model, float[] images, int[] labels)
    {
        float[] adversaries = [.. images.Select(_ => float.NaN)];
        attack.Perturb(model, images, labels, adversaries);
        return adversaries;
    }

    private static double Mean(IClassifier model, Loss loss, float[] images) =>
        TestNetworks.LogitsOf(model, images).Chunk(4).Select((row, i) => (double)loss.Evaluate(row, Labels[i], new float[4])).Average();

    // Loss of each image, towards the goal; very much where it is reached.
    private static double[] Worth(IClassifier model, float[] adversaries, Goal goal)
    {
        bool target = goal.IsTarget;
        var aims = new int[Count];
        goal.Choose(model, Images, Labels, aims);
        return [.. TestNetworks.LogitsOf(model, adversaries).Chunk(4).Select((row, i) =>
        {
            int aim = aims[i];
            float loss = Loss.CrossEntropy.Evaluate(row, aim, new float[4]);
            return target == (row.IndexOf(row.Max()) == aim) ? 1e9 : target ? -loss : loss;
        })];
    }
}
