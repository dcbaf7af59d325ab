namespace AdvLib.Tests;

public sealed class MixedAdversarialBatchesTests
{
    private static readonly Shape Shape = new(2, 2, 1);

    [Theory]
    [InlineData(64, 0.5, 32, 32)]
    [InlineData(65, 0.5, 32, 33)]
    [InlineData(65, 0.9, 58, 7)]
    [InlineData(3, 0.5, 1, 2)]
    [InlineData(64, 0, 0, 64)]
    [InlineData(64, 1, 64, 0)]
    [InlineData(1, 1, 1, 0)]
    [InlineData(7, 0.3, 2, 5)]
    [InlineData(50, 0.7, 35, 15)]
    [InlineData(10, 0.9, 9, 1)] // 10 (1 - 0.9) is 0.99999... in floating point: the recipe's Python loses the adversary.
    [InlineData(100, 0.29, 29, 71)] // and 100 x 0.29 is 28.99999...
    public void The_normal_part_is_rounded_down_and_both_add_up_to_the_total(int total, double split, int normal, int attacked)
    {
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(120, Shape), total, NumberedImages.Epsilon, split);
        Assert.Equal((normal, total), (batches.NormalCount, batches.BatchSize));
        Assert.Equal(total, normal + attacked);
        for (int step = 0; step < 3; step++)
        {
            Batch batch = batches.Next();
            Assert.Equal(normal + attacked, batch.Count);
            Assert.Equal((batch.Count * 4, batch.Count), (batch.Images.Length, batch.Labels.Length));
            Assert.Equal(attacked, NumberedImages.Attacked(batch).Count(yes => yes));
        }
    }

    [Fact]
    public void Defaults_are_the_recipes()
    {
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(120, Shape), 64);
        Assert.Equal(32, batches.NormalCount);
        Assert.Equal(new Fgsm(0.01f), batches.Attack);
    }

    [Fact]
    public void Neither_part_draws_an_image_twice_and_labels_stay_with_their_images()
    {
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(40, Shape), 60, NumberedImages.Epsilon);
        for (int step = 0; step < 50; step++)
        {
            Batch batch = batches.Next();
            int[] numbers = NumberedImages.Numbers(batch);
            bool[] attacked = NumberedImages.Attacked(batch);
            foreach (bool part in (bool[])[false, true])
                Assert.Equal(30, numbers.Where((_, i) => attacked[i] == part).Distinct().Count());
            Assert.Equal(numbers.Select(number => number % NumberedImages.Classes), batch.Labels.ToArray());
        }
    }

    // Of two independent draws of 30 out of 60, 15 images are common on average; of two halves of one draw, none; of one draw twice, all.
    [Fact]
    public void The_two_draws_are_independent()
    {
        const int Steps = 200;
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(60, Shape), 60, NumberedImages.Epsilon);
        var drawn = new int[60];
        int common = 0;
        for (int step = 0; step < Steps; step++)
        {
            int[] numbers = NumberedImages.Numbers(batches.Next());
            common += numbers.Length - numbers.Distinct().Count();
            foreach (int number in numbers)
                drawn[number]++;
        }

        Assert.InRange(common / (double)Steps, 14, 16);
        Assert.All(drawn, times => Assert.InRange(times, Steps - 70, Steps + 70));
    }

    [Fact]
    public void Both_parts_are_shuffled_together()
    {
        const int Steps = 400;
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(60, Shape), 20, NumberedImages.Epsilon);
        var attackedAt = new int[20];
        for (int step = 0; step < Steps; step++)
        {
            bool[] attacked = NumberedImages.Attacked(batches.Next());
            for (int i = 0; i < 20; i++)
                attackedAt[i] += attacked[i] ? 1 : 0;
        }

        // 200 on average, standard deviation 10.
        Assert.All(attackedAt, times => Assert.InRange(times, 150, 250));
    }

    [Fact]
    public void Only_the_adversarial_part_is_changed_and_by_exactly_epsilon()
    {
        var model = new FakeClassifier(Shape, NumberedImages.Classes) { Slope = (_, label) => [label - 2, -3, 0, 1e-9f] };
        var batches = new MixedAdversarialBatches(model, NumberedImages.Create(100, Shape), 64, NumberedImages.Epsilon);
        for (int step = 0; step < 20; step++)
        {
            Batch batch = batches.Next();
            List<(int Number, float[] Changes)> images = NumberedImages.Read(batch);
            Assert.Equal(32, images.Count(image => image.Changes.All(change => change == 0)));
            foreach ((int number, float[] changes) in images.Where(image => image.Changes[1] != 0))
                Assert.Equal([Math.Sign(number % 5 - 2) * NumberedImages.Epsilon, -NumberedImages.Epsilon, 0, NumberedImages.Epsilon], changes);
        }
    }

    [Fact]
    public void Adversaries_are_made_with_the_model_as_it_is_at_that_moment()
    {
        Sequential model = TestNetworks.SmallCnn(seed: 1);
        ImageSet set = NumberedImages.Create(100, model.InputShape, classes: model.Classes);
        var attack = new Fgsm(NumberedImages.Epsilon);
        var batches = new MixedAdversarialBatches(model, set, 20, attack);
        int changed = 0;
        for (ulong seed = 1; seed <= 4; seed++)
        {
            Sequential now = TestNetworks.SmallCnn(seed), old = TestNetworks.SmallCnn(seed - 1);
            model.SetWeights(now.GetWeights());
            Batch batch = batches.Next();
            int[] numbers = NumberedImages.Numbers(batch);
            bool[] attacked = NumberedImages.Attacked(batch);
            Assert.Equal(10, attacked.Count(yes => yes));
            int size = set.Shape.Size;
            for (int i = 0; i < batch.Count; i++)
            {
                float[] found = [.. batch.Images.Slice(i * size, size)];
                Assert.Equal(attacked[i] ? Attack(now, numbers[i]) : Clean(numbers[i]), found);
                changed += attacked[i] && !Attack(old, numbers[i]).SequenceEqual(found) ? 1 : 0;
            }
        }

        Assert.True(changed > 30, $"Only {changed} of 40 adversaries differ from those of the model before.");

        float[] Clean(int number)
        {
            var image = new float[set.Shape.Size];
            set.CopyImages(number, 1, image);
            return image;
        }

        float[] Attack(Sequential on, int number)
        {
            var adversary = new float[set.Shape.Size];
            attack.Perturb(on, Clean(number), [set.Label(number)], adversary);
            return adversary;
        }
    }

    [Fact]
    public void The_training_loop_moves_the_model_that_makes_the_next_adversaries()
    {
        ImageSet images = TestNetworks.Set(50, TestNetworks.Small, 4);
        List<float[]> Adversaries(bool train)
        {
            Sequential own = TestNetworks.SmallCnn();
            var batches = new MixedAdversarialBatches(own, images, 10, epsilon: 0.1f, split: 0);
            var optimizer = new Sgd(0.5f);
            return [.. Enumerable.Range(0, 2).Select(_ =>
            {
                Batch batch = batches.Next();
                float[] copy = batch.Images.ToArray();
                if (train)
                    own.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, optimizer);
                return copy;
            })];
        }

        List<float[]> trained = Adversaries(train: true), still = Adversaries(train: false);
        Assert.Equal(still[0], trained[0]);
        Assert.NotEqual(still[1], trained[1]);
    }

    [Fact]
    public void Any_attack_will_do()
    {
        var attack = new Blackout();
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(100, Shape), 10, attack, split: 0);
        Assert.Same(attack, batches.Attack);
        Assert.All(batches.Next().Images.ToArray(), pixel => Assert.Equal(0, pixel));
    }

    private sealed class Blackout : IAttack<IClassifier>
    {
        public string Name => "blackout";

        public void Perturb(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) => adversaries.Clear();
    }

    [Theory]
    [InlineData(20, 0.5, 10, 10)]
    [InlineData(20, 0.8, 16, 4)] // 20 (1 - 0.8) is 3.99999...
    [InlineData(20, 0.25, 5, 15)]
    public void Pairs_are_the_same_images_clean_and_attacked_in_order(int total, double split, int normal, int attacked)
    {
        var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(100, Shape), total, NumberedImages.Epsilon, split) { Paired = true };
        var seen = new HashSet<int>();
        for (int step = 0; step < 40; step++)
        {
            Batch batch = batches.Next();
            int[] numbers = NumberedImages.Numbers(batch);
            Assert.Equal([.. Enumerable.Repeat(false, normal), .. Enumerable.Repeat(true, attacked)], NumberedImages.Attacked(batch));
            int common = Math.Min(normal, attacked);
            Assert.Equal(numbers[..common], numbers[normal..(normal + common)]);
            Assert.Equal(Math.Max(normal, attacked), numbers.Distinct().Count());
            Assert.Equal(numbers.Select(number => number % NumberedImages.Classes), batch.Labels.ToArray());
            seen.UnionWith(numbers);
        }

        Assert.InRange(seen.Count, 90, 100);
    }

    [Fact]
    public void A_range_of_epsilons_is_drawn_batch_by_batch_and_filled()
    {
        var one = new ImageSet("one", AdvLib.Shape.Vector(1), 2, [0f], [0]);
        float[] Epsilons(ulong seed, int steps)
        {
            var batches = new AdversarialBatches(new FakeClassifier(one.Shape, 2), one, 1, new Fgsm(0.5f), seed, new() { Lowest = 0.25f });
            return [.. Enumerable.Range(0, steps).Select(_ => batches.Next().Images[0])];
        }

        float[] epsilons = Epsilons(1, 200);
        Assert.All(epsilons, epsilon => Assert.InRange(epsilon, 0.25f, 0.5f));
        Assert.InRange(epsilons.Min(), 0.25f, 0.26f);
        Assert.InRange(epsilons.Max(), 0.49f, 0.5f);
        Assert.InRange(epsilons.Average(), 0.36f, 0.39f);
        Assert.Equal(epsilons[..5], Epsilons(1, 5));
        Assert.NotEqual(epsilons[..5], Epsilons(2, 5));
    }

    [Fact]
    public void Epsilon_warms_up_in_equal_parts()
    {
        var one = new ImageSet("one", AdvLib.Shape.Vector(1), 2, [0f], [0]);
        var batches = new AdversarialBatches(new FakeClassifier(one.Shape, 2), one, 1, new Fgsm(0.5f), schedule: new() { WarmUpBatches = 4 });
        Assert.Equal([0.125f, 0.25f, 0.375f, 0.5f, 0.5f, 0.5f], Enumerable.Range(0, 6).Select(_ => batches.Next().Images[0]));
    }

    [Fact]
    public void Every_batch_has_random_starts_of_its_own()
    {
        // One image, no steps worth the name: what is left of PGD is its start.
        ImageSet one = TestNetworks.Set(1, Shape, NumberedImages.Classes);
        var batches = new AdversarialBatches(Fake(), one, 1, new Pgd(0.2f) { Steps = 1, StepSize = 0 });
        float[] first = batches.Next().Images.ToArray(), second = batches.Next().Images.ToArray();
        Assert.NotEqual(first, second);
        Assert.Equal(first, new AdversarialBatches(Fake(), one, 1, new Pgd(0.2f) { Steps = 1, StepSize = 0 }).Next().Images.ToArray());
    }

    [Fact]
    public void A_schedule_wants_an_attack_whose_epsilon_can_be_set()
    {
        var e = Assert.Throws<ArgumentException>(() => new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), 4, new Still(), schedule: new() { WarmUpBatches = 3 }));
        Assert.Contains("IAdjustableAttack", e.Message, StringComparison.Ordinal);
        Assert.Equal(4, new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), 4, new Still()).Next().Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpsilonSchedule { WarmUpBatches = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpsilonSchedule { Lowest = -0.1f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpsilonSchedule { Lowest = float.NaN });
        Assert.Equal("warm-up of 3 batches, from 0.5", ProcessState.InGerman(() => new EpsilonSchedule { WarmUpBatches = 3, Lowest = 0.5f }.ToString()));
    }

    [Fact]
    public void The_seed_decides_the_batches()
    {
        float[] Batches(ulong seed)
        {
            var batches = new MixedAdversarialBatches(Fake(), NumberedImages.Create(100, Shape), 20, NumberedImages.Epsilon, seed: seed);
            return [.. Enumerable.Range(0, 3).SelectMany(_ => batches.Next().Images.ToArray())];
        }

        Assert.Equal(Batches(1), Batches(1));
        Assert.NotEqual(Batches(1), Batches(2));
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_split_outside_0_to_1_is_refused(double split)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), 4, split: split));
        Assert.Equal(("split", split), (e.ParamName, e.ActualValue));
        Assert.Contains("at least 0 and at most 1, for example 0.5", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void A_total_that_leaves_no_image_is_refused(int total)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), total));
        Assert.Equal(("total", total), (e.ParamName, e.ActualValue));
    }

    [Theory]
    [InlineData(1, 0.5, 0, 1)]
    [InlineData(8, 0.1, 0, 8)]
    [InlineData(9, 0.9999999999, 9, 0)]
    public void A_part_that_was_asked_for_and_has_no_image_is_refused(int total, double split, int normal, int attacked)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(
            () => new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), total, split: split));
        Assert.Equal(("split", split), (e.ParamName, e.ActualValue));
        Assert.Contains($"Of {total} images, {normal} would be normal and {attacked} adversarial.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(10, 0)]
    [InlineData(20, 0.5)]
    public void A_part_larger_than_the_set_is_refused(int total, double split)
    {
        var e = Assert.Throws<ImageSetException>(() => new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), total, split: split).Next());
        Assert.Contains("A batch of 10 images was asked of a set of 9.", e.Message, StringComparison.Ordinal);
        Assert.Contains("Take a smaller batch or a larger set.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_part_may_be_the_whole_set()
    {
        Batch batch = new MixedAdversarialBatches(Fake(), NumberedImages.Create(9, Shape), 18, NumberedImages.Epsilon).Next();
        Assert.Equal(Enumerable.Range(0, 18).Select(i => i / 2), NumberedImages.Numbers(batch).Order());
    }

    [Fact]
    public void Other_bad_arguments_are_refused()
    {
        ImageSet images = NumberedImages.Create(9, Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixedAdversarialBatches(Fake(), images, 4, epsilon: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixedAdversarialBatches(Fake(), images, 4, epsilon: float.NaN));
        Assert.Throws<ArgumentNullException>(() => new MixedAdversarialBatches(null!, images, 4));
        Assert.Throws<ArgumentNullException>(() => new MixedAdversarialBatches(Fake(), null!, 4));
        Assert.Throws<ArgumentNullException>(() => new MixedAdversarialBatches(Fake(), images, 4, attack: null!));
    }

    private sealed class Still : IAttack<IDifferentiableClassifier>
    {
        public string Name => "nothing";

        public void Perturb(
            IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) =>
            images.CopyTo(adversaries);
    }

    private static FakeClassifier Fake() => new(Shape, NumberedImages.Classes);
}
