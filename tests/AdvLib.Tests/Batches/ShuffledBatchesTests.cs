namespace AdvLib.Tests;

public sealed class ShuffledBatchesTests
{
    private static readonly ImageSet Images = NumberedImages.Create(50, new(2, 2, 1));

    [Fact]
    public void An_epoch_shows_every_image_once_with_its_label_and_unchanged()
    {
        var batches = new ShuffledBatches(Images, 16, seed: 1);
        Assert.Equal((16, 4), (batches.BatchSize, batches.BatchesPerEpoch));
        for (int epoch = 0; epoch < 3; epoch++)
        {
            var seen = new List<int>();
            for (int step = 0; step < 4; step++)
            {
                Batch batch = batches.Next();
                Assert.Equal(step < 3 ? 16 : 2, batch.Count);
                Assert.Equal((batch.Count * 4, batch.Count), (batch.Images.Length, batch.Labels.Length));
                int[] numbers = NumberedImages.Numbers(batch);
                Assert.DoesNotContain(true, NumberedImages.Attacked(batch));
                Assert.Equal(numbers.Select(number => number % 5), batch.Labels.ToArray());
                seen.AddRange(numbers);
            }

            Assert.Equal(Enumerable.Range(0, 50), seen.Order());
        }
    }

    [Fact]
    public void Every_epoch_has_an_order_of_its_own()
    {
        var batches = new ShuffledBatches(Images, 50, seed: 1);
        List<string> orders = [.. Enumerable.Range(0, 5).Select(_ => string.Join(' ', NumberedImages.Numbers(batches.Next())))];
        Assert.Equal(5, orders.Distinct().Count());
        Assert.DoesNotContain(string.Join(' ', Enumerable.Range(0, 50)), orders);
    }

    [Fact]
    public void The_seed_decides_the_orders()
    {
        int[] Epochs(ulong seed)
        {
            var batches = new ShuffledBatches(Images, 25, seed);
            return [.. Enumerable.Range(0, 4).SelectMany(_ => NumberedImages.Numbers(batches.Next()))];
        }

        Assert.Equal(Epochs(1), Epochs(1));
        Assert.NotEqual(Epochs(1), Epochs(2));
    }

    [Theory]
    [InlineData(50, 1)]
    [InlineData(49, 2)]
    [InlineData(25, 2)]
    [InlineData(1, 50)]
    public void Batches_of_an_epoch_are_rounded_up(int batchSize, int expected) =>
        Assert.Equal(expected, new ShuffledBatches(Images, batchSize, seed: 1).BatchesPerEpoch);

    [Fact]
    public void A_batch_larger_than_the_set_is_refused()
    {
        var e = Assert.Throws<ImageSetException>(() => new ShuffledBatches(Images, 51, seed: 1));
        Assert.Contains("A batch of 51 images was asked of a set of 50.", e.Message, StringComparison.Ordinal);
        Assert.Contains("at most 50", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledBatches(Images, 0, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShuffledBatches(Images, -1, seed: 1));
        Assert.Throws<ArgumentNullException>(() => new ShuffledBatches(null!, 1, seed: 1));
    }
}
