using AdvLib.Numerics;

namespace AdvLib.Tests;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void EveryIndexIsVisitedOnceInEveryRun(int threads)
    {
        var team = new ThreadTeam(threads);
        foreach (int count in (int[])[0, 1, 3, 64, 1000])
        {
            var visits = new int[count];
            for (int run = 0; run < 200; run++)
            {
                team.Run(count, (from, to) =>
                {
                    for (int i = from; i < to; i++)
                        Interlocked.Increment(ref visits[i]);
                });
            }

            Assert.All(visits, visit => Assert.Equal(200, visit));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public void AFailingShareReachesTheCallerAndTheTeamGoesOn(int failing)
    {
        var team = new ThreadTeam(3);
        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(100, (from, to) =>
        {
            if (from <= failing && failing < to)
                throw new InvalidOperationException("share");
        }));
        Assert.Equal("share", failure.Message);

        int sum = 0;
        team.Run(100, (from, to) => Interlocked.Add(ref sum, to - from));
        Assert.Equal(100, sum);
    }

    [Fact]
    public void SeveralCallersTakeTurns()
    {
        var team = new ThreadTeam(2);
        long sum = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int run = 0; run < 500; run++)
                team.Run(10, (from, to) => Interlocked.Add(ref sum, to - from));
        });
        Assert.Equal(4 * 500 * 10, sum);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void AnImpossibleNumberOfThreadsIsRefused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(threads));
}
