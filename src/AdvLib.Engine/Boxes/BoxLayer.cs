using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// A layer as it maps boxes: intervals of values, each a centre m and a radius r. Forwards by interval arithmetic (Gowal et al., "Scalable
/// verified training for provably robust image classification", 2019), backwards either with gradients of centres and radii, for training,
/// or with rows of linear bounds, for proofs (Zhang et al., "Efficient neural network robustness certification with general activation
/// functions", 2018).
/// </summary>
/// <remarks>
/// In training boxes come first in a batch, and behind them stand images as they are: centres without a radius, which share the centres'
/// layers.
/// </remarks>
internal abstract unsafe class BoxLayer
{
    protected BoxLayer(Box input, Box output) => (Input, Output) = (input, output);

    public Box Input { get; }

    public Box Output { get; }

    /// <summary>The layer of the centres, when it has parameters; they are the network's own.</summary>
    public virtual EngineLayer? Centres => null;

    /// <summary>Makes room.</summary>
    /// <param name="rows">Rows of centres, and of gradients or linear bounds.</param>
    /// <param name="boxes">Boxes.</param>
    public virtual void Reserve(int rows, int boxes) => Output.Reserve(rows, boxes);

    /// <summary>Called when weights may have changed, before boxes go forwards.</summary>
    /// <param name="team">Computes.</param>
    /// <param name="outward">Whether bounds shall be sound in float32: wider by <see cref="Rounding"/>. Not in training.</param>
    public virtual void Prepare(ThreadTeam team, bool outward)
    {
    }

    /// <summary>Called before anything goes backwards, after <see cref="Prepare"/>.</summary>
    public virtual void PrepareBackward(ThreadTeam team, int version)
    {
    }

    /// <summary>Output boxes of a range of boxes, in inference mode, sound in float32.</summary>
    /// <param name="from">The first box.</param>
    /// <param name="to">The one after the last.</param>
    /// <param name="magnitudes">Whether linear bounds will go backwards from here, which need magnitudes.</param>
    public abstract void Forward(int from, int to, bool magnitudes);

    /// <summary>Output boxes, and images, of a batch in training mode.</summary>
    public abstract void ForwardTraining(ThreadTeam team, int boxes, int images);

    /// <summary>Parameter gradients, and input gradients when wanted.</summary>
    public abstract void BackwardTraining(ThreadTeam team, int boxes, int images, bool inputGradient);

    /// <summary>Takes linear bounds from this layer's outputs to its inputs.</summary>
    /// <param name="bounds">Those of some boxes, their rows one after the other.</param>
    public virtual void BackwardLinear(ReadOnlySpan<LinearRows> bounds)
    {
        foreach (LinearRows some in bounds)
        {
            for (int row = some.First; row < some.End; row++)
                some.Add(row, BackwardLinear(some.Box, Output.Slope(row), Input.Slope(row)));
        }
    }

    /// <summary>Takes one linear bound back.</summary>
    /// <param name="box">The box.</param>
    /// <param name="a">Coefficients of the outputs.</param>
    /// <param name="into">Receives those of the inputs.</param>
    /// <returns>What the constant gains, less what rounding may lose.</returns>
    protected abstract double BackwardLinear(int box, float* a, float* into);
}
