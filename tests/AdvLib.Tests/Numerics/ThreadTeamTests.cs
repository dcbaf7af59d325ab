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

    // Its threads are at work already: a share that asks for more is given all of it.
    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(2, 3)]
    [InlineData(1, 3)]
    public void A_run_inside_a_share_does_all_of_its_work(int outside, int inside)
    {
        var outer = new ThreadTeam(outside);
        ThreadTeam inner = inside == outside ? outer : new ThreadTeam(inside);
        var visits = new int[64 * 64];
        for (int run = 0; run < 50; run++)
        {
            outer.Run(64, (from, to) =>
            {
                for (int i = from; i < to; i++)
                {
                    int row = i * 64;
                    inner.Run(64, (first, last) =>
                    {
                        for (int k = first; k < last; k++)
                            Interlocked.Increment(ref visits[row + k]);
                    });
                }
            });
        }

        Assert.All(visits, visit => Assert.Equal(50, visit));
        int sum = 0;
        outer.Run(100, (from, to) => Interlocked.Add(ref sum, to - from));
        Assert.Equal(100, sum);
    }

    [Fact]
    public void A_team_beside_a_model_has_as_many_threads()
    {
        Assert.Equal([1, 2, 3, 256], ((int[])[1, 2, 3, 1000]).Select(threads => ThreadTeam.Of(threads).Threads));
        Assert.Same(ThreadTeam.Of(3), ThreadTeam.Of(3));
        Assert.Same(ThreadTeam.Shared, ThreadTeam.Of(ThreadTeam.Shared.Threads));
        Assert.Throws<ArgumentOutOfRangeException>(() => ThreadTeam.Of(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void AnImpossibleNumberOfThreadsIsRefused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(threads));
}
