using System.Numerics;

namespace AdvLib;

/// <summary>
/// The engine's random numbers: xoshiro256** 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018),
/// seeded through SplitMix64 (Steele, Lea and Flood, 2014). Its bits depend on nothing but the seed and the purpose.
/// </summary>
public sealed class Rng : IResumable
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Creates a generator.</summary>
    /// <param name="seed">The run's one seed.</param>
    /// <param name="purpose">What the numbers are for; the streams of one seed are independent of each other.</param>
    public Rng(ulong seed, RandomPurpose purpose)
    {
        ulong state = seed;
        ulong mixed = SplitMix64(ref state) + (ulong)purpose;
        _s0 = SplitMix64(ref mixed);
        _s1 = SplitMix64(ref mixed);
        _s2 = SplitMix64(ref mixed);
        _s3 = SplitMix64(ref mixed);
    }

    /// <summary>The next 64 random bits.</summary>
    /// <returns>A uniform 64-bit integer.</returns>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform float in [0, 1), a multiple of 2^-24.</summary>
    /// <returns>The number.</returns>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>A uniform float in [low, high).</summary>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Upper bound.</param>
    /// <returns>The number.</returns>
    public float NextSingle(float low, float high)
    {
        float width = high - low;
        return float.IsFinite(width) ? low + width * NextSingle() : (float)(low + ((double)high - low) * NextSingle());
    }

    /// <summary>
    /// A uniform integer in [0, bound), without modulo bias (Lemire, "Fast random integer generation in an interval", 2019).
    /// </summary>
    /// <param name="bound">Upper bound, at least 1.</param>
    /// <returns>The integer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        uint range = (uint)bound;
        ulong product = (NextUInt64() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold)
                product = (NextUInt64() >> 32) * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>Shuffles in place, every order equally likely (Fisher-Yates).</summary>
    /// <typeparam name="T">Type of the items.</typeparam>
    /// <param name="items">The items to shuffle.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>Keeps the position in the stream.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state holds no position of this generator.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Span<ulong> words = [_s0, _s1, _s2, _s3];
        state.Exchange("random", words);

        // All zeros is the one state that gives nothing but zeros.
        if (words.IndexOfAnyExcept(0ul) < 0)
            throw state.Damaged("random");
        (_s0, _s1, _s2, _s3) = (words[0], words[1], words[2], words[3]);
    }

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
