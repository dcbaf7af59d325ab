using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Dropout (Srivastava et al., 2014), inverted as in Keras: in training each value is zeroed with the given rate and the others
/// are divided by 1 - rate; in inference nothing happens.
/// </summary>
public sealed unsafe class Dropout : Layer
{
    private readonly Action<int, int> _apply;
    private AlignedBuffer _mask = new(0);
    private Rng? _rng;
    private float* _source;
    private float* _factors;
    private float* _destination;

    /// <summary>Creates the layer.</summary>
    /// <param name="rate">Fraction of values dropped, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rate"/> is out of range.</exception>
    public Dropout(float rate)
    {
        if (!(rate is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A dropout rate must be at least 0 and below 1, for example 0.5.");
        Rate = rate;
        _apply = (from, to) => Vectors.Multiply(_source + from, _factors + from, _destination + from, to - from);
    }

    /// <summary>Fraction of values dropped in training.</summary>
    public float Rate { get; }

    internal override string Kind => "dropout";

    internal override string Details => FormattableString.Invariant($"{Rate}");

    internal override bool InPlace => true;

    internal override Shape Configure(Shape input) => input;

    /// <summary>Gives the layer its random numbers.</summary>
    internal void UseRandomness(Rng rng) => _rng = rng;

    internal override void Reserve(int batch)
    {
        base.Reserve(batch);
        _mask = AlignedBuffer.AtLeast(_mask, batch * InputShape.Size);
    }

    internal override void Forward(int from, int to)
    {
    }

    internal override void Backward(int from, int to)
    {
    }

    internal override void ForwardTraining(ThreadTeam team, int batch)
    {
        // Every rank draws the whole batch's masks, as one process would, and uses those of its images.
        DrawMask(Share?.Total ?? batch);
        _factors = _mask.Pointer + (nint)(Share?.First ?? 0) * InputShape.Size;
        Apply(team, Input.Value, Output.Value, batch);
    }

    internal override void BackwardTraining(ThreadTeam team, int batch, bool inputGradient)
    {
        if (inputGradient)
            Apply(team, Output.Gradient, Input.Gradient, batch);
    }

    private void Apply(ThreadTeam team, float* source, float* destination, int batch)
    {
        _source = source;
        _destination = destination;
        team.Run(batch * InputShape.Size, _apply);
    }

    /// <summary>The factor of every value of the next training batch. Drawn by one thread in order, so that it is the same for any number of threads.</summary>
    internal ReadOnlySpan<float> DrawMask(int batch)
    {
        int count = batch * InputShape.Size;
        _mask = AlignedBuffer.AtLeast(_mask, count);
        int scale = BitConverter.SingleToInt32Bits(1 / (1 - Rate));
        long threshold = (long)(Rate * 4294967296.0);
        int* mask = (int*)_mask.Pointer;
        for (int i = 0; i < count; i += 2)
        {
            // The sign of a difference instead of a branch, which would be guessed wrong every other time.
            ulong bits = _rng!.NextUInt64();
            mask[i] = scale & (int)~(((long)(uint)bits - threshold) >> 63);
            mask[i + 1] = scale & (int)~(((long)(bits >> 32) - threshold) >> 63);
        }

        return _mask.Span[..count];
    }
}
