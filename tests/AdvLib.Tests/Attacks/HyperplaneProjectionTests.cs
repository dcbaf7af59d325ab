namespace AdvLib.Tests;

public sealed class HyperplaneProjectionTests
{
    [Theory]
    [InlineData(Norm.Linf)]
    [InlineData(Norm.L2)]
    public void The_change_reaches_the_hyperplane_within_the_range_and_none_smaller_does(Norm norm)
    {
        var rng = new Rng(3, RandomPurpose.Attack);
        for (int trial = 0; trial < 60; trial++)
        {
            int n = 1 + rng.NextInt32(60);
            float[] image = [.. Enumerable.Range(0, n).Select(_ => rng.NextInt32(4) == 0 ? rng.NextInt32(2) : rng.NextSingle())];
            float[] normal = [.. Enumerable.Range(0, n).Select(_ => rng.NextInt32(8) == 0 ? 0 : rng.NextSingle(-2, 2))];
            double most = normal.Zip(image, (w, x) => Math.Max(w * (1 - x), -w * x)).Sum();
            double need = most * rng.NextSingle() * (trial % 3 == 2 ? 1.5 : 1);
            var change = new float[n];
            double size = HyperplaneProjection.Find(image, normal, need, norm, PixelRange.Unit, change);

            Assert.All(image.Zip(change, (x, d) => x + d), pixel => Assert.InRange(pixel, -1e-6f, 1 + 1e-6f));
            double reached = normal.Zip(change, (w, d) => (double)w * d).Sum();
            Assert.Equal(Math.Min(need, most), reached, 1e-4 * Math.Max(1, most));
            Assert.Equal(norm == Norm.Linf ? change.Max(Math.Abs) : Math.Sqrt(change.Sum(d => (double)d * d)), size, 1e-6);

            // What a change of the same shape, a little smaller, reaches: by bisection over the one parameter it has.
            double low = 0, high = 1e6;
            double Reach(double t) => normal.Zip(image, (w, x) => Math.Abs(w) * Math.Min(norm == Norm.Linf ? t : t * Math.Abs(w), w > 0 ? 1 - x : x)).Sum();
            for (int i = 0; i < 100; i++)
                (low, high) = Reach((low + high) / 2) < Math.Min(need, most * 0.99999) ? ((low + high) / 2, high) : (low, (low + high) / 2);
            if (need < most * 0.99)
                Assert.Equal(high, normal.Zip(change, (w, d) => w == 0 ? 0 : norm == Norm.Linf ? Math.Abs(d) : Math.Abs(d / w)).Max(), 1e-3 * Math.Max(high, 0.01));
        }
    }

    [Fact]
    public void Directions_follow_the_sign_of_the_need()
    {
        var change = new float[3];
        HyperplaneProjection.Find([0.5f, 0.5f, 0.5f], [1, -1, 0], -0.4, Norm.Linf, PixelRange.Unit, change);
        Assert.Equal([-0.2f, 0.2f, 0], change);
        Assert.Equal(0, HyperplaneProjection.Find([0.5f, 0.5f, 0.5f], [0, 0, 0], 1, Norm.L2, PixelRange.Unit, change));
        Assert.Equal([0, 0, 0], change.Select(Math.Abs));
    }
}
