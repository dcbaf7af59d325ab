namespace AdvLib.Tests;

public class SampleDrawerTests
{
    private static SampleDrawer Drawer(int count, ulong seed = 42) => new(count, new Rng(seed, RandomPurpose.Sampling));

    [Theory]
    [InlineData(10, 10)]
    [InlineData(10, 3)]
    [InlineData(1, 1)]
    [InlineData(1000, 64)]
    public void A_draw_holds_no_image_twice(int count, int wanted)
    {
        SampleDrawer drawer = Drawer(count);
        int[] draw = new int[wanted];
        for (int i = 0; i < 50; i++)
        {
            drawer.Draw(draw);
            Assert.Equal(wanted, draw.Distinct().Count());
            Assert.All(draw, index => Assert.InRange(index, 0, count - 1));
        }
    }

    [Fact]
    public void Every_image_comes_equally_often_at_every_place()
    {
        SampleDrawer drawer = Drawer(5);
        int[] draw = new int[2];
        int[,] times = new int[2, 5];
        for (int i = 0; i < 10_000; i++)
        {
            drawer.Draw(draw);
            times[0, draw[0]]++;
            times[1, draw[1]]++;
        }

        // 2,000 expected with a standard deviation of 40.
        foreach (int n in times)
            Assert.InRange(n, 1800, 2200);
    }

    [Fact]
    public void The_seed_decides_the_draws()
    {
        int[] a = new int[20], b = new int[20], c = new int[20];
        Drawer(100, 1).Draw(a);
        Drawer(100, 1).Draw(b);
        Drawer(100, 2).Draw(c);
        Assert.Equal(a, b);
        Assert.NotEqual(a, c);
    }

    [Fact]
    public void Draws_allocate_nothing()
    {
        SampleDrawer drawer = Drawer(100);
        int[] draw = new int[64];
        drawer.Draw(draw);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            drawer.Draw(draw);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void More_than_all_is_an_error()
    {
        var e = Assert.Throws<ImageSetException>(() => Drawer(10).Draw(new int[11]));
        Assert.Contains("A batch of 11 images was asked of a set of 10", e.Message, StringComparison.Ordinal);
        Assert.Throws<ImageSetException>(() => Drawer(0));
    }
}
