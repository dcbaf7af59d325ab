using System.Numerics.Tensors;

namespace AdvLib.Tests;

/// <summary>What is proved by cases behind a threshold, held to all that an attack can make there, or to many tries.</summary>
public sealed class InputSplittingTests
{
    private const float Epsilon = 0.2f;
    private static readonly Shape Small = new(4, 4, 1);

    [Fact]
    public void With_enough_cases_every_image_is_answered_and_as_trying_everything_answers_it()
    {
        (int proved, int refuted, int onlyByCases) = (0, 0, 0);
        for (ulong seed = 1; seed <= 12; seed++)
        {
            Sequential model = Make(seed);
            ImageSet images = Read(model, TestNetworks.Set(30, Small, 3, seed));
            var byCases = CertifiedAccuracy.Of(model, images, Epsilon, cases: 200_000);
            var byBounds = CertifiedAccuracy.Of(model, images, Epsilon, cases: 0);
            Assert.Equal(0, byBounds.RefutedCount);
            for (int i = 0; i < images.Count; i++)
                Assert.Equal(StandsEverywhere(model, images, i), byCases.Verified[i]);
            Assert.Equal(images.Count, byCases.VerifiedCount + byCases.RefutedCount);
            (proved, refuted) = (proved + byCases.VerifiedCount, refuted + byCases.RefutedCount);
            onlyByCases += byCases.VerifiedCount - byBounds.VerifiedCount;
        }

        // The networks are such that both answers are common, and bounds alone miss many proofs.
        Assert.True(proved > 50 && refuted > 50 && onlyByCases > 10, $"{proved} proved, {onlyByCases} by cases alone, {refuted} refuted");
    }

    [Fact]
    public void Behind_a_slope_cases_prove_more_than_bounds_and_nothing_that_a_try_refutes()
    {
        (int byBounds, int byCases, int refuted, int open) = (0, 0, 0, 0);
        for (ulong seed = 1; seed <= 6; seed++)
        {
            Sequential model = Make(seed, 0.35f, 0.65f);
            ImageSet images = Read(model, TestNetworks.Set(30, Small, 3, seed));
            var proved = CertifiedAccuracy.Of(model, images, Epsilon, cases: 4000);
            byBounds += CertifiedAccuracy.Of(model, images, Epsilon, cases: 0).VerifiedCount;
            (byCases, refuted) = (byCases + proved.VerifiedCount, refuted + proved.RefutedCount);
            open += images.Count - proved.VerifiedCount - proved.RefutedCount;
            for (int i = 0; i < images.Count; i++)
                Assert.True(!proved.Verified[i] || StandsManyTries(model, images, i, seed), $"seed {seed}, image {i}");
        }

        Assert.True(byCases > byBounds + 10 && refuted > 30 && open < 30, $"{byBounds}, {byCases} by cases, {refuted} refuted, {open} open");
    }

    [Theory]
    [InlineData(0.5f, 0.5f)]
    [InlineData(0.35f, 0.65f)]
    public void Counterexamples_are_images_within_epsilon_that_the_network_gets_wrong(float low, float high)
    {
        Sequential model = Make(2, low, high);
        ImageSet images = Read(model, TestNetworks.Set(40, Small, 3, 5));
        var proved = CertifiedAccuracy.Of(model, images, Epsilon, cases: 200_000);
        AttackResult rest = new WhereUnproved(new SignNoise(0), proved).Attack(model, images);
        Assert.Equal(proved.RefutedCount, rest.Success.Count(fooled => fooled));
        Assert.True(proved.RefutedCount > 5);

        // Behind a step proofs by cases end.
        if (low == high)
            Assert.Equal(proved.VerifiedCount, images.Count - proved.RefutedCount);
        (float[] clean, float[] moved) = (TestNetworks.PixelsOf(images), TestNetworks.PixelsOf(rest.Adversaries));
        for (int i = 0; i < clean.Length; i++)
        {
            Assert.InRange(moved[i], 0, 1);
            Assert.InRange(moved[i] - clean[i], -Epsilon - 1e-6f, Epsilon + 1e-6f);
        }

        // An attack that wants a class is not given another one.
        var target = new Pgd(Epsilon) { Steps = 1, Goal = Goal.Reach(0) };
        Assert.True(new WhereUnproved(target, proved).Passes(3) > new WhereUnproved(new Pgd(Epsilon) { Steps = 1 }, proved).Passes(3));
    }

    [Fact]
    public void Few_cases_leave_images_open_and_say_nothing_wrong()
    {
        Sequential model = Make(3);
        ImageSet images = Read(model, TestNetworks.Set(60, Small, 3, 7));
        var all = CertifiedAccuracy.Of(model, images, Epsilon, cases: 200_000);
        var few = CertifiedAccuracy.Of(model, images, Epsilon, cases: 24);
        Assert.InRange(few.VerifiedCount + few.RefutedCount, 1, images.Count - 1);
        for (int i = 0; i < images.Count; i++)
            Assert.True(all.Verified[i] || !few.Verified[i]);
        Assert.Throws<ArgumentOutOfRangeException>(() => CertifiedAccuracy.Of(model, images, Epsilon, cases: -1));
    }

    [Theory]
    [InlineData(50, 1, 0)]
    [InlineData(51, 0, 0)]
    [InlineData(52, 0, 1)]
    public void A_grey_that_comes_as_near_to_the_step_as_rounding_is_neither_proved_nor_refuted(byte grey, int proved, int refuted)
    {
        // 51 / 255 + 0.3 is 0.5, the step itself, or the next number, whoever adds: white there makes the answer wrong.
        var model = new Sequential(new Network(new(1, 1, 1), new Threshold(0.5f, 0.5f), new Dense(2), new Softmax()), seed: 1);
        model.SetWeights([model.GetWeights()[0] with { Values = [-1, 1] }, model.GetWeights()[1] with { Values = [0.5f, -0.5f] }]);
        var accuracy = CertifiedAccuracy.Of(model, new ImageSet("grey", new(1, 1, 1), 2, [grey / 255f], [0]), 0.3f);
        Assert.Equal((1, proved, refuted), (accuracy.CleanCount, accuracy.VerifiedCount, accuracy.RefutedCount));
    }

    private static Sequential Make(ulong seed, float low = 0.5f, float high = 0.5f) => new(
        new Network(Small, new Threshold(low, high), new Conv2D(6, 3, 2), new ReLU(), new Flatten(), new Dense(8), new ReLU(),
            new Dense(3), new Softmax()), seed);

    // The images with what the network says of them as labels, so that all are right as they are.
    private static ImageSet Read(Sequential model, ImageSet images)
    {
        float[] logits = TestNetworks.LogitsOf(model, TestNetworks.PixelsOf(images));
        byte[] labels = [.. Enumerable.Range(0, images.Count).Select(i => (byte)TensorPrimitives.IndexOfMax(logits.AsSpan(3 * i, 3)))];
        return new ImageSet("read", Small, 3, TestNetworks.PixelsOf(images), labels);
    }

    // Every image that can come out of the step, tried.
    private static bool StandsEverywhere(Sequential model, ImageSet images, int image)
    {
        float[] x = TestNetworks.PixelsOf(images)[(16 * image)..(16 * (image + 1))];
        int[] free = [.. Enumerable.Range(0, 16).Where(i => Math.Max(0, x[i] - Epsilon) <= 0.5f && Math.Min(1, x[i] + Epsilon) > 0.5f)];
        var points = new float[16 << free.Length];
        for (int code = 0; code < 1 << free.Length; code++)
        {
            Span<float> point = points.AsSpan(16 * code, 16);
            x.CopyTo(point);
            for (int at = 0; at < free.Length; at++)
                point[free[at]] = (code >> at) & 1;
        }

        float[] logits = TestNetworks.LogitsOf(model, points);
        return Enumerable.Range(0, 1 << free.Length).All(
            code => TensorPrimitives.IndexOfMax(logits.AsSpan(3 * code, 3)) == images.Label(image));
    }

    // Half of the tries are corners of the box, as far as pixels can be moved, the others lie anywhere in it.
    private static bool StandsManyTries(Sequential model, ImageSet images, int image, ulong seed)
    {
        const int Tries = 20_000;
        float[] x = TestNetworks.PixelsOf(images)[(16 * image)..(16 * (image + 1))];
        var rng = new Rng(seed + (ulong)image, RandomPurpose.Attack);
        var points = new float[16 * Tries];
        for (int i = 0; i < points.Length; i++)
        {
            (float low, float high) = (Math.Max(0, x[i % 16] - Epsilon), Math.Min(1, x[i % 16] + Epsilon));
            float part = rng.NextSingle();
            points[i] = i < points.Length / 2 ? (part < 0.5f ? low : high) : low + ((high - low) * part);
        }

        float[] logits = TestNetworks.LogitsOf(model, points);
        return Enumerable.Range(0, Tries).All(i => TensorPrimitives.IndexOfMax(logits.AsSpan(3 * i, 3)) == images.Label(image));
    }
}
