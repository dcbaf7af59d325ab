using AdvLib.Numerics;

namespace AdvLib.Boxes;

/// <summary>
/// A layer without parameters that takes each row through alone; an image is a box of radius 0, whose radius is not kept.
/// </summary>
internal abstract class RowBox : BoxLayer
{
    private readonly Action<int, int> _forward;
    private readonly Action<int, int> _backward;
    private int _boxes;

    protected RowBox(Box input, Box output)
        : base(input, output)
    {
        _forward = (from, to) => Forward(from, to, slack: 0);
        _backward = (from, to) =>
        {
            for (int row = from; row < to; row++)
                BackwardRow(row, row < _boxes);
        };
    }

    /// <summary>What a sound radius is wider by.</summary>
    protected abstract float Slack { get; }

    public sealed override void Forward(int from, int to, bool magnitudes)
    {
        _boxes = int.MaxValue;
        Forward(from, to, Slack);
    }

    public sealed override void ForwardTraining(ThreadTeam team, int boxes, int images)
    {
        _boxes = boxes;
        team.RunEvenly(boxes + images, _forward);
    }

    public sealed override void BackwardTraining(ThreadTeam team, int boxes, int images, bool inputGradient)
    {
        if (inputGradient)
            team.RunEvenly(boxes + images, _backward);
    }

    protected abstract void ForwardRow(int row, bool isBox, float slack);

    protected abstract void BackwardRow(int row, bool isBox);

    private void Forward(int from, int to, float slack)
    {
        for (int row = from; row < to; row++)
            ForwardRow(row, row < _boxes, slack);
    }
}
