using System.Numerics;
using System.Runtime.CompilerServices;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Adam (Kingma and Ba, 2015) in Keras's form: <c>m = b1 m + (1 - b1) g</c>, <c>v = b2 v + (1 - b2) g^2</c>,
/// <c>w -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon)</c>.
/// </summary>
public sealed unsafe class Adam : Optimizer
{
    private readonly float _beta1;
    private readonly float _beta2;
    private readonly float _epsilon;
    private AlignedBuffer? _mean;
    private AlignedBuffer? _variance;
    private double _beta1Power = 1;
    private double _beta2Power = 1;
    private float _rate;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">Step size, positive.</param>
    /// <param name="beta1">Decay of the mean of the gradients, in [0, 1).</param>
    /// <param name="beta2">Decay of the mean of their squares, in [0, 1).</param>
    /// <param name="epsilon">Added to the denominator, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public Adam(float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-7f)
        : base(learningRate)
    {
        if (!(beta1 is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta1), beta1, "A decay must be at least 0 and below 1, for example 0.9.");
        if (!(beta2 is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(beta2), beta2, "A decay must be at least 0 and below 1, for example 0.999.");
        if (!(epsilon > 0) || !float.IsFinite(epsilon))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "The epsilon must be positive and finite, for example 1e-7.");
        _beta1 = beta1;
        _beta2 = beta2;
        _epsilon = epsilon;
    }

    internal override IReadOnlyList<AlignedBuffer> Memory => _mean is null || _variance is null ? [] : [_mean, _variance];

    internal override void Admit(int count)
    {
        if (_mean is not null && _mean.Length != count)
        {
            throw new ShapeMismatchException(
                $"An optimizer whose state holds {_mean.Length} weights on a network of {count}.", "the network it began with.",
                "Create a new optimizer for each network.");
        }
    }

    private protected override void ExchangeMemory(ResumeState state)
    {
        state.Match("beta1", _beta1);
        state.Match("beta2", _beta2);
        state.Match("epsilon", _epsilon);
        state.Exchange("beta1 power", ref _beta1Power);
        state.Exchange("beta2 power", ref _beta2Power);
        _mean = Exchange(state, "mean", _mean);
        _variance = Exchange(state, "variance", _variance);
        if (_mean?.Length != _variance?.Length)
            throw state.Damaged("variance");
    }

    private static AlignedBuffer? Exchange(ResumeState state, string name, AlignedBuffer? moment)
    {
        float[] values = moment is null ? [] : moment.Span.ToArray();
        state.Exchange(name, ref values);
        if (!state.Loading)
            return moment;
        if (values.Length == 0)
            return null;
        var loaded = new AlignedBuffer(values.Length);
        values.CopyTo(loaded.Span);
        return loaded;
    }

    private protected override void BeginStep(int count)
    {
        _mean ??= new AlignedBuffer(count);
        _variance ??= new AlignedBuffer(count);
        _beta1Power *= _beta1;
        _beta2Power *= _beta2;
        _rate = (float)(LearningRate * Math.Sqrt(1 - _beta2Power) / (1 - _beta1Power));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override bool Update(float* weights, float* gradients, int first, int count)
    {
        float* mean = _mean!.Pointer + first;
        float* variance = _variance!.Pointer + first;
        float rate = -_rate;
        Vector<float> fault = Vector<float>.Zero;
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> g = Vector.Load(gradients + i);
            Vector<float> m = Vector.Load(mean + i) * _beta1 + g * (1 - _beta1);
            Vector<float> v = Vector.Load(variance + i) * _beta2 + g * g * (1 - _beta2);
            m.Store(mean + i);
            v.Store(variance + i);
            Vector<float> w = Vector.Load(weights + i) + m * rate / (Vector.SquareRoot(v) + new Vector<float>(_epsilon));
            w.Store(weights + i);

            // 0 for numbers, NaN for anything else; hidden by the time that the division takes.
            fault += (w - w) + (v - v);
        }

        bool finite = Vector.EqualsAll(fault, Vector<float>.Zero);

        for (; i < count; i++)
        {
            float g = gradients[i];
            float m = mean[i] = mean[i] * _beta1 + g * (1 - _beta1);
            float v = variance[i] = variance[i] * _beta2 + g * g * (1 - _beta2);
            weights[i] += m * rate / (MathF.Sqrt(v) + _epsilon);
            finite &= float.IsFinite(weights[i]) && float.IsFinite(v);
        }

        return finite;
    }
}
