namespace AdvLib.Tests;

public class EpochShufflerTests
{
    private static int[][] Epoch(EpochShuffler shuffler) => [.. Enumerable.Range(0, shuffler.BatchesPerEpoch).Select(_ => shuffler.NextBatch().ToArray())];

    [Fact]
    public void An_epoch_passes_once_over_all_images_in_a_new_order()
    {
        var shuffler = new EpochShuffler(100, 32, seed: 42);
        int[][] first = Epoch(shuffler), second = Epoch(shuffler);
        Assert.Equal([32, 32, 32, 4], first.Select(b => b.Length));
        Assert.Equal([32, 32, 32, 4], second.Select(b => b.Length));
        Assert.Equal(Enumerable.Range(0, 100), first.SelectMany(b => b).Order());
        Assert.Equal(Enumerable.Range(0, 100), second.SelectMany(b => b).Order());
        Assert.NotEqual(first.SelectMany(b => b), second.SelectMany(b => b));
        Assert.NotEqual(Enumerable.Range(0, 100), first.SelectMany(b => b));
    }

    [Fact]
    public void The_seed_decides_the_order()
    {
        Assert.Equal(Epoch(new(50, 7, 1)).SelectMany(b => b), Epoch(new(50, 10, 1)).SelectMany(b => b));
        Assert.NotEqual(Epoch(new(50, 7, 1)).SelectMany(b => b), Epoch(new(50, 7, 2)).SelectMany(b => b));
    }

    [Theory]
    [InlineData(64, 64, 1)]
    [InlineData(65, 64, 2)]
    [InlineData(128, 64, 2)]
    [InlineData(1, 1, 1)]
    [InlineData(60000, 64, 938)]
    public void Batches_are_counted_with_the_smaller_last_one(int count, int batch, int expected) =>
        Assert.Equal(expected, new EpochShuffler(count, batch, 0).BatchesPerEpoch);

    [Fact]
    public void Batches_allocate_nothing()
    {
        var shuffler = new EpochShuffler(100, 32, seed: 42);
        shuffler.NextBatch();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            shuffler.NextBatch();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Batches_that_cannot_be_are_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EpochShuffler(10, 0, 1));
        Assert.Throws<ImageSetException>(() => new EpochShuffler(0, 1, 1));
        var e = Assert.Throws<ImageSetException>(() => new EpochShuffler(10, 11, 1));
        Assert.Contains("A batch of 11 images was asked of a set of 10", e.Message, StringComparison.Ordinal);
        Assert.Contains("smaller batch", e.Message, StringComparison.Ordinal);
    }
}
