namespace AdvLib.Tests;

/// <summary>A process's part of a range, and of a batch.</summary>
public sealed class ShareTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(64, 5)]
    [InlineData(2_000_000_000, 7)]
    public void Shares_follow_each_other_and_none_is_longer_by_more_than_one(int count, int ranks)
    {
        (int From, int To)[] shares = [.. Enumerable.Range(0, ranks).Select(rank => new Share(rank, ranks).Of(count))];
        Assert.Equal((0, count), (shares[0].From, shares[^1].To));
        Assert.All(shares.Zip(shares.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.All(shares, share => Assert.InRange(share.To - share.From, count / ranks, (count + ranks - 1) / ranks));
    }

    [Fact]
    public void Wrong_numbers_are_refused_and_the_default_is_all_of_it()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Share(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Share(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Share(-1, 2));
        Assert.Equal((0, 1, (0, 9), "rank 0 of 1"), (Share.Whole.Rank, Share.Whole.Ranks, Share.Whole.Of(9), Share.Whole.ToString()));
        Assert.Equal(Share.Whole, new Share(0, 1));
    }

    [Theory]
    [InlineData("shuffled", false)]
    [InlineData("mixed", false)]
    [InlineData("paired", true)]
    public void The_shares_of_all_processes_make_up_the_batch_of_one(string kind, bool paired)
    {
        ImageSet set = TestNetworks.Set(30, TestNetworks.Small, 4);
        Sequential model = TestNetworks.SmallCnn();
        IBatchSource Source(Share share) => kind == "shuffled"
            ? new ShuffledBatches(set, 14, seed: 1) { Share = share }
            : new MixedAdversarialBatches(model, set, 14, new Pgd(0.1f) { Steps = 2 }, schedule: new EpsilonSchedule { Lowest = 0.05f }) { Paired = paired, Share = share, Shift = 1 };
        IBatchSource whole = Source(Share.Whole);
        IBatchSource[] parts = [.. Enumerable.Range(0, 4).Select(rank => Source(new Share(rank, 4)))];
        for (int step = 0; step < 5; step++)
        {
            Batch expected = whole.Next();
            Assert.Equal(expected.Count, expected.Total);
            var (images, labels) = (new List<float>(), new List<int>());
            foreach (IBatchSource part in parts)
            {
                Batch share = part.Next();
                Assert.Equal(expected.Count, share.Total);
                images.AddRange(share.Images);
                labels.AddRange(share.Labels);
            }

            Assert.Equal(expected.Images.ToArray(), images);
            Assert.Equal(expected.Labels.ToArray(), labels);
        }
    }
}
