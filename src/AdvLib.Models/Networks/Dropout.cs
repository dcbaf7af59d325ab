namespace AdvLib;

/// <summary>
/// Dropout (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014), inverted as in Keras: in
/// training each value is zeroed with the given rate and the others are divided by 1 - rate; in inference nothing happens.
/// </summary>
public sealed record Dropout : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="rate">Fraction of values dropped, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is out of range.</exception>
    public Dropout(float rate)
    {
        if (!(rate is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate must be at least 0 and below 1, for example 0.5.");
        Rate = rate;
    }

    /// <summary>Fraction of values dropped in training.</summary>
    public float Rate { get; }

    /// <inheritdoc/>
    public override string Kind => "dropout";

    /// <inheritdoc/>
    public override string Details => FormattableString.Invariant($"{Rate}");

    /// <summary>
    /// Draws the factor of every value of a training batch, in order: the same masks on every engine and any number of threads.
    /// </summary>
    /// <param name="rng">The network's own stream for dropout.</param>
    /// <param name="factors">Receives 0 or 1 / (1 - rate) for each value.</param>
    public void DrawFactors(Rng rng, Span<float> factors)
    {
        ArgumentNullException.ThrowIfNull(rng);
        int scale = BitConverter.SingleToInt32Bits(1 / (1 - Rate));
        long threshold = (long)(Rate * 4294967296.0);
        Span<int> bits = System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(factors);
        for (int i = 0; i < bits.Length; i += 2)
        {
            // The sign of a difference instead of a branch, which would be guessed wrong every other time.
            ulong drawn = rng.NextUInt64();
            bits[i] = scale & (int)~(((long)(uint)drawn - threshold) >> 63);
            if (i + 1 < bits.Length)
                bits[i + 1] = scale & (int)~(((long)(drawn >> 32) - threshold) >> 63);
        }
    }
}
