namespace AdvLib.Mpi.Tests;

/// <summary>Ranks share cores once: by the launcher, which binds them, or by the number of threads.</summary>
public sealed class MpiCoresTests
{
    [Theory]
    [InlineData(8, 8, 4, 4)] // not bound: all beside each other
    [InlineData(2, 8, 4, 1)] // each bound to two cores of its own
    [InlineData(8, 16, 4, 2)] // each bound to one of two sockets
    [InlineData(1, 2, 2, 1)] // as mpirun does on two cores
    [InlineData(3, 8, 4, 2)] // some cores have two ranks
    [InlineData(1, 64, 1, 1)]
    [InlineData(4, 0, 2, 2)] // nobody tells
    [InlineData(0, 8, 2, 2)]
    public void A_rank_that_is_bound_has_its_part_already(int own, int job, int ranks, int sharing) =>
        Assert.Equal(sharing, MpiCores.Sharing(own, job, ranks));

    [Theory]
    [InlineData("", 0)]
    [InlineData("0", 1)]
    [InlineData("0-3,8", 5)]
    [InlineData("0-15,32-47", 32)]
    public void Lists_of_cores_are_counted(string list, int cores) => Assert.Equal(cores, MpiCores.Count(list));

    [Fact]
    public void A_process_that_is_alone_shares_with_nobody() => Assert.Equal(1, MpiCores.Sharing(1));
}
