namespace AdvLib.Tests;

public sealed class RngTests
{
    [Fact]
    public void TheStreamOfASeedNeverChanges()
    {
        var rng = new Rng(42, RandomPurpose.Weights);
        ulong[] first = [rng.NextUInt64(), rng.NextUInt64(), rng.NextUInt64()];
        Assert.Equal(Expected(42, (ulong)RandomPurpose.Weights, 3), first);
    }

    [Fact]
    public void PurposesAndSeedsGiveDifferentStreams()
    {
        ulong[] draws = [.. from seed in (ulong[])[0, 1, 2] from purpose in Enum.GetValues<RandomPurpose>() select new Rng(seed, purpose).NextUInt64()];
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void FloatsCoverTheirRangeEvenly()
    {
        var rng = new Rng(1, RandomPurpose.Shuffle);
        var counts = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            float value = rng.NextSingle(-2, 3);
            Assert.InRange(value, -2, 3);
            counts[(int)((value + 2) * 2)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void IntegersAreUnbiasedAndBounded()
    {
        var rng = new Rng(1, RandomPurpose.Sampling);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[rng.NextInt32(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Throws<ArgumentOutOfRangeException>(() => rng.NextInt32(0));
    }

    [Fact]
    public void AShuffleIsAPermutationWithEveryPlaceLikely()
    {
        var rng = new Rng(3, RandomPurpose.Shuffle);
        var places = new int[5];
        for (int run = 0; run < 10_000; run++)
        {
            int[] items = [0, 1, 2, 3, 4];
            rng.Shuffle<int>(items);
            Assert.Equal([0, 1, 2, 3, 4], items.Order());
            places[Array.IndexOf(items, 0)]++;
        }

        Assert.All(places, count => Assert.InRange(count, 1_850, 2_150));
    }

    // Written again from the papers, with arithmetic on UInt128 so that it shares no expression with the engine's.
    private static ulong[] Expected(ulong seed, ulong purpose, int count)
    {
        ulong state = seed;
        ulong Mix()
        {
            state = (ulong)(((UInt128)state + 0x9E3779B97F4A7C15) & ulong.MaxValue);
            UInt128 z = state;
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & ulong.MaxValue;
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & ulong.MaxValue;
            return (ulong)(z ^ (z >> 31));
        }

        state = unchecked(Mix() + purpose);
        ulong[] s = [Mix(), Mix(), Mix(), Mix()];
        static ulong Rotate(ulong x, int k) => (ulong)((((UInt128)x << k) | ((UInt128)x >> (64 - k))) & ulong.MaxValue);
        var draws = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            draws[i] = (ulong)(((UInt128)Rotate((ulong)(((UInt128)s[1] * 5) & ulong.MaxValue), 7) * 9) & ulong.MaxValue);
            ulong t = (ulong)(((UInt128)s[1] << 17) & ulong.MaxValue);
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = Rotate(s[3], 45);
        }

        return draws;
    }
}
