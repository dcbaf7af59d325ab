using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>No input of a box may give what its bounds exclude, not even by a rounding.</summary>
public sealed class NetworkBoundsTests
{
    private const int Boxes = 6;
    private const int Points = 3000;

    public static TheoryData<string> Networks => BoundedNetworks.Names;

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_random_point_falls_outside(string name)
    {
        foreach (float epsilon in (float[])[0, 1e-6f, 0.01f, 0.1f, 0.5f])
        {
            Sequential model = BoundedNetworks.Build(name, seed: 3);
            var sample = new Sample(model, epsilon);
            var rng = new Rng(7, RandomPurpose.Attack);
            var points = new float[Points * sample.Size];
            for (int box = 0; box < Boxes; box++)
            {
                for (int i = 0; i < points.Length; i++)
                {
                    // Corners as often as inner points: extremes lie there.
                    float share = (i / sample.Size % 2) == 0 ? rng.NextSingle() : rng.NextInt32(2);
                    int at = (box * sample.Size) + (i % sample.Size);
                    points[i] = Between(sample, at, share);
                }

                sample.AssertInside(box, TestNetworks.LogitsOf(model, points));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_attack_gets_outside(string name)
    {
        Sequential model = BoundedNetworks.Build(name, seed: 4);
        var sample = new Sample(model, 0.2f);
        var adversaries = new float[sample.Images.Length];
        foreach (Loss loss in (Loss[])[Loss.CrossEntropy, Loss.CwMargin])
        {
            for (ulong seed = 0; seed < 20; seed++)
            {
                var pgd = new Pgd(0.2f) { Steps = 30, Loss = loss, Seed = seed, StepSize = 0.02f };
                pgd.Perturb(model, sample.Images, sample.Labels, adversaries);
                float[] logits = TestNetworks.LogitsOf(model, adversaries);
                for (int box = 0; box < Boxes; box++)
                    sample.AssertInside(box, logits.AsSpan(box * model.Classes, model.Classes));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_box_of_nothing_is_the_logits(string name)
    {
        Sequential model = BoundedNetworks.Build(name);
        var sample = new Sample(model, 0);
        float[] logits = TestNetworks.LogitsOf(model, sample.Images);
        for (int i = 0; i < logits.Length; i++)
        {
            float width = sample.Highest[i] - sample.Lowest[i];
            Assert.True(width < 2e-4f * (1 + Math.Abs(logits[i])), $"{sample.Lowest[i]} to {sample.Highest[i]}");
        }
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("relu last")]
    public void On_a_grid_the_bounds_are_near_what_there_is(string name)
    {
        // Two pixels move, so that a grid finds the extremes; boxes this small hardly change a ReLU, and then linear bounds are nearly
        // exact.
        Sequential model = BoundedNetworks.Build(name, seed: 2);
        var sample = new Sample(model, 0.02f, moved: 2);
        const int Steps = 41;
        var points = new float[Steps * Steps * sample.Size];
        for (int box = 0; box < Boxes; box++)
        {
            for (int p = 0; p < Steps * Steps; p++)
            {
                Span<float> point = points.AsSpan(p * sample.Size, sample.Size);
                sample.Images.AsSpan(box * sample.Size, sample.Size).CopyTo(point);
                (int first, int second) = Math.DivRem(p, Steps);
                point[0] = Between(sample, box * sample.Size, first / (float)(Steps - 1));
                point[1] = Between(sample, (box * sample.Size) + 1, second / (float)(Steps - 1));
            }

            float[] logits = TestNetworks.LogitsOf(model, points);
            sample.AssertInside(box, logits);
            int label = sample.Labels[box];
            for (int j = 0; j < model.Classes; j++)
            {
                int classes = model.Classes;
                float least = Enumerable.Range(0, Steps * Steps).Min(p => logits[(p * classes) + label] - logits[(p * classes) + j]);
                Assert.InRange(least - sample.Linear[(box * model.Classes) + j], 0, 0.02f);
            }
        }
    }

    [Fact]
    public void Linear_bounds_are_nowhere_wider_and_tighter_on_average()
    {
        var sample = new Sample(BoundedNetworks.Build("norm behind relu", seed: 5), 0.05f);
        double gained = 0;
        for (int i = 0; i < sample.Margins.Length; i++)
        {
            Assert.True(sample.Linear[i] >= sample.Margins[i]);
            gained += sample.Linear[i] - sample.Margins[i];
        }

        Assert.True(gained / sample.Margins.Length > 0.01, $"{gained / sample.Margins.Length}");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_least_margin_is_that_of_the_bounds_and_its_slopes_bound_it_everywhere(string name)
    {
        Sequential model = BoundedNetworks.Build(name, seed: 3);
        var sample = new Sample(model, 0.2f);
        (int classes, int size) = (model.Classes, sample.Size);
        var (least, slopes) = (new float[Boxes], new float[sample.Lower.Length]);
        new NetworkBounds(model).LeastMargins(sample.Lower, sample.Upper, sample.Labels, least, slopes);
        Threshold? threshold = model.Description.Layers[0].Layer as Threshold;
        var rng = new Rng(4, RandomPurpose.Attack);
        for (int box = 0; box < Boxes; box++)
        {
            int first = box * classes;
            int label = sample.Labels[box];
            float Expected(int j) => sample.Margins[first + j] > 0 ? sample.Margins[first + j] : sample.Linear[first + j];
            int worst = Enumerable.Range(0, classes).Where(j => j != label).MinBy(Expected);
            Assert.Equal(Expected(worst), least[box]);

            // Where the linear bound is the better one, it holds at every point, and is lowest at the least margin.
            if (sample.Margins[first + worst] > 0 || sample.Linear[first + worst] == sample.Margins[first + worst])
                continue;
            for (int trial = 0; trial < 50; trial++)
            {
                float[] point = [.. Enumerable.Range(box * size, size).Select(i => rng.NextSingle(sample.Lower[i], sample.Upper[i]))];
                double above = 0;
                for (int i = 0; i < size; i++)
                {
                    float Seen(float x) => threshold?.Of(x) ?? x;
                    float a = slopes[(box * size) + i];
                    float lowest = a > 0 ? sample.Lower[(box * size) + i] : sample.Upper[(box * size) + i];
                    above += (double)a * (Seen(point[i]) - Seen(lowest));
                }

                float[] logits = TestNetworks.LogitsOf(model, point);
                Assert.True(logits[label] - logits[worst] >= least[box] + above - 1e-4, $"{name}, box {box}: {logits[label] - logits[worst]}, {least[box]} + {above}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Threads_and_neighbours_change_no_bit(string name)
    {
        Sequential model = BoundedNetworks.Build(name);
        var sample = new Sample(model, 0.1f);
        var alone = new NetworkBounds(model, new ThreadTeam(1));
        var three = new NetworkBounds(model, new ThreadTeam(3));
        var margins = new float[sample.Linear.Length];
        three.LinearMargins(sample.Lower, sample.Upper, sample.Labels, margins);
        Assert.Equal(sample.Linear, margins);
        for (int box = 0; box < Boxes; box++)
        {
            Range pixels = (box * sample.Size)..((box + 1) * sample.Size);
            Range classes = (box * model.Classes)..((box + 1) * model.Classes);
            alone.LinearMargins(
                sample.Lower.AsSpan(pixels), sample.Upper.AsSpan(pixels), sample.Labels.AsSpan(box, 1), margins.AsSpan(classes));
        }

        Assert.Equal(sample.Linear, margins);
    }

    [Fact]
    public void A_softmax_in_the_middle_is_refused()
    {
        var model = new Sequential(new Shape(1, 1, 5), 1, new Dense(6), new Softmax(), new Dense(3));
        Assert.False(NetworkBounds.Exist(model.Description));
        var refused = Assert.Throws<BoundsUnavailableException>(() => new NetworkBounds(model));
        Assert.Contains("softmax", refused.Message, StringComparison.Ordinal);
        Assert.True(NetworkBounds.Exist(SimpleCnn.Describe(new(28, 28, 1), 10)));
    }

    private static float Between(Sample sample, int at, float share) =>
        Math.Clamp(sample.Lower[at] + share * (sample.Upper[at] - sample.Lower[at]), sample.Lower[at], sample.Upper[at]);

    // Some images of a model, their boxes, and all bounds of them.
    private sealed class Sample
    {
        private readonly int _classes;

        public Sample(Sequential model, float epsilon, int moved = int.MaxValue)
        {
            _classes = model.Classes;
            Size = model.InputShape.Size;
            Images = TestNetworks.Images(Boxes, model.InputShape);
            Labels = TestNetworks.Labels(Boxes, model.Classes);
            Lower = [.. Images.Select((x, i) => i % Size < moved ? Math.Max(x - epsilon, 0) : x)];
            Upper = [.. Images.Select((x, i) => i % Size < moved ? Math.Min(x + epsilon, 1) : x)];
            Lowest = new float[Boxes * _classes];
            Highest = new float[Boxes * _classes];
            Margins = new float[Boxes * _classes];
            Linear = new float[Boxes * _classes];
            var bounds = new NetworkBounds(model);
            bounds.Logits(Lower, Upper, Lowest, Highest);
            bounds.Margins(Lower, Upper, Labels, Margins);
            bounds.LinearMargins(Lower, Upper, Labels, Linear);
        }

        public int Size { get; }

        public float[] Images { get; }

        public int[] Labels { get; }

        public float[] Lower { get; }

        public float[] Upper { get; }

        public float[] Lowest { get; }

        public float[] Highest { get; }

        public float[] Margins { get; }

        public float[] Linear { get; }

        public void AssertInside(int box, ReadOnlySpan<float> logits)
        {
            for (int i = 0; i < logits.Length; i++)
            {
                int j = i % _classes;
                int bound = (box * _classes) + j;
                double margin = (double)logits[i - j + Labels[box]] - logits[i];
                bool isInside = logits[i] >= Lowest[bound] && logits[i] <= Highest[bound];
                Assert.True(isInside, $"logit {logits[i]} outside {Lowest[bound]} to {Highest[bound]}");
                bool isAbove = margin >= Margins[bound] && margin >= Linear[bound];
                Assert.True(isAbove, $"margin {margin} below {Margins[bound]} or {Linear[bound]}");
            }
        }
    }
}
