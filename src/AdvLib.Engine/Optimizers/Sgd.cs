using System.Numerics;
using System.Runtime.CompilerServices;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>Stochastic gradient descent: <c>w -= lr g</c>.</summary>
/// <param name="learningRate">Step size, positive.</param>
public sealed unsafe class Sgd(float learningRate = 0.01f) : Optimizer(learningRate)
{
    internal override IReadOnlyList<AlignedBuffer> Memory => [];

    internal override void Admit(int count)
    {
    }

    private protected override void ExchangeMemory(ResumeState state)
    {
    }

    private protected override void BeginStep(int count)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override bool Update(float* weights, float* gradients, int first, int count)
    {
        var rate = new Vector<float>(-LearningRate);
        Vector<float> fault = Vector<float>.Zero;
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> w = Vector.FusedMultiplyAdd(Vector.Load(gradients + i), rate, Vector.Load(weights + i));
            w.Store(weights + i);

            // 0 for numbers, NaN for anything else; hidden by the time that memory takes.
            fault += w - w;
        }

        bool finite = Vector.EqualsAll(fault, Vector<float>.Zero);
        for (; i < count; i++)
        {
            weights[i] = MathF.FusedMultiplyAdd(gradients[i], -LearningRate, weights[i]);
            finite &= float.IsFinite(weights[i]);
        }

        return finite;
    }
}
