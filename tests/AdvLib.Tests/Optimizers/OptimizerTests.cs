using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>The optimizers against their formulas in double precision, one weight after the other.</summary>
public sealed class OptimizerTests
{
    // Not a multiple of any vector's length.
    private const int Count = 77;

    [Fact]
    public void Sgd_goes_down_the_gradient() => AssertFollows(new Sgd(0.05f), () => (weight, gradient, rate) => weight - rate * gradient);

    [Theory]
    [InlineData(0.9f, 0.999f, 1e-7f)]
    [InlineData(0.5f, 0.8f, 1e-2f)]
    [InlineData(0, 0, 1e-7f)]
    public void Adam_is_Keras_s(float beta1, float beta2, float epsilon) => AssertFollows(new Adam(0.05f, beta1, beta2, epsilon), () =>
    {
        double mean = 0, variance = 0;
        int t = 0;
        return (weight, gradient, rate) =>
        {
            t++;
            mean = beta1 * mean + (1 - beta1) * gradient;
            variance = beta2 * variance + (1 - beta2) * gradient * gradient;
            return weight - rate * Math.Sqrt(1 - Math.Pow(beta2, t)) / (1 - Math.Pow(beta1, t)) * mean / (Math.Sqrt(variance) + epsilon);
        };
    });

    [Fact]
    public void Adams_defaults_are_the_recipes()
    {
        float[] Weights(Adam adam) => [.. Run(adam, 2).SelectMany(weights => weights)];
        Assert.Equal(Weights(new Adam(1e-3f, 0.9f, 0.999f, 1e-7f)), Weights(new Adam()));
        Assert.Equal(1e-3f, new Adam().LearningRate);
    }

    [Fact]
    public void A_new_learning_rate_counts_from_the_next_step()
    {
        foreach (Func<Optimizer> create in (Func<Optimizer>[])[() => new Sgd(0.1f), () => new Adam(0.1f)])
        {
            Optimizer same = create(), changed = create();
            List<float[]> expected = Run(same, 3), found = Run(changed, 3, before: step => changed.LearningRate = step < 2 ? 0.1f : 0.01f);
            Assert.Equal(expected[1], found[1]);
            for (int i = 0; i < Count; i++)
                Assert.Equal((expected[2][i] - expected[1][i]) / 10, found[2][i] - found[1][i], 1e-6);
        }
    }

    [Fact]
    public void Steps_are_counted()
    {
        foreach (Optimizer optimizer in (Optimizer[])[new Sgd(), new Adam()])
        {
            Assert.Equal(0, optimizer.Steps);
            Run(optimizer, 5);
            Assert.Equal(5, optimizer.Steps);
        }

        // A step that was refused is none.
        var adam = new Adam();
        Run(adam, 1);
        Assert.Throws<ShapeMismatchException>(() => adam.Step(new ThreadTeam(1), new AlignedBuffer(2), new AlignedBuffer(2), 2));
        Assert.Equal(1, adam.Steps);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        foreach (Func<Optimizer> create in (Func<Optimizer>[])[() => new Sgd(), () => new Adam()])
        {
            List<float[]> one = Run(create(), 4);
            foreach (int threads in (int[])[2, 3, 5])
                Assert.Equal(one, Run(create(), 4, threads));
        }
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        foreach (float rate in (float[])[0, -0.1f, float.NaN, float.PositiveInfinity])
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(rate));
            Assert.Equal(rate, e.ActualValue);
            Assert.Contains("positive and finite, for example 0.001", e.Message, StringComparison.Ordinal);
            Assert.Equal("LearningRate", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(rate)).ParamName);
            Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: rate)).ParamName);
        }

        foreach (float decay in (float[])[-0.1f, 1, 1.5f, float.NaN])
        {
            Assert.Equal("beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: decay)).ParamName);
            Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: decay)).ParamName);
        }
    }

    private static void AssertFollows(Optimizer optimizer, Func<Func<double, double, double, double>> formula)
    {
        const int Steps = 20;
        List<float[]> found = Run(optimizer, Steps);
        for (int i = 0; i < Count; i++)
        {
            Func<double, double, double, double> next = formula();
            double weight = TestNetworks.Images(Count, Shape.Vector(1))[i];
            for (int step = 0; step < Steps; step++)
            {
                weight = next(weight, Gradients(step)[i], optimizer.LearningRate);
                Assert.Equal(weight, found[step][i], 2e-6);
            }
        }
    }

    // The weights after each step.
    private static List<float[]> Run(Optimizer optimizer, int steps, int threads = 1, Action<int>? before = null)
    {
        var team = new ThreadTeam(threads);
        var weights = new AlignedBuffer(Count);
        var gradients = new AlignedBuffer(Count);
        TestNetworks.Images(Count, Shape.Vector(1)).CopyTo(weights.Span);
        return [.. Enumerable.Range(0, steps).Select(step =>
        {
            before?.Invoke(step);
            Gradients(step).CopyTo(gradients.Span);
            optimizer.Step(team, weights, gradients, Count);
            return weights.Span.ToArray();
        })];
    }

    private static float[] Gradients(int step)
    {
        var rng = new Rng((ulong)step, RandomPurpose.Attack);
        return [.. Enumerable.Range(0, Count).Select(_ => rng.NextSingle(-1, 1))];
    }
}
