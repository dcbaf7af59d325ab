using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// An optimizer: its settings, and the state it keeps for a network's parameters. One optimizer serves one training run; a new
/// one starts from scratch.
/// </summary>
public abstract unsafe class Optimizer : IVectorOptimizer
{
    private readonly Action<int, int> _update;
    private int _first;
    private float* _weights;
    private float* _gradients;
    private volatile bool _fault;

    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">Step size, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="learningRate"/> is not positive and finite.</exception>
    private protected Optimizer(float learningRate)
    {
        LearningRate = learningRate;
        _update = (from, to) =>
        {
            int first = _first + from;
            if (!Update(_weights + first, _gradients + first, first, to - from))
                _fault = true;
        };
    }

    /// <summary>Step size; may be changed between steps, as a schedule does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive and finite.</exception>
    public float LearningRate
    {
        get;
        set => field = float.IsFinite(value) && value > 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(LearningRate), value, "A learning rate must be positive and finite, for example 0.001.");
    }

    /// <summary>Steps taken so far.</summary>
    public int Steps { get; private set; }

    /// <summary>Keeps the learning rate, the steps taken and what the optimizer remembers of the gradients.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to another optimizer, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("kind", GetType().Name);
        float rate = LearningRate;
        int steps = Steps;
        state.Exchange("rate", ref rate);
        state.Exchange("steps", ref steps);
        if (!(rate > 0) || !float.IsFinite(rate))
            throw state.Damaged("rate");
        if (steps < 0)
            throw state.Damaged("steps");
        (LearningRate, Steps) = (rate, steps);
        ExchangeMemory(state);
    }

    /// <summary>An optimizer of this engine, or the exception that says so.</summary>
    /// <exception cref="ArgumentException">It is another engine's.</exception>
    internal static Optimizer Require(IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        return optimizer as Optimizer ?? throw new ArgumentException(
            $"A {optimizer.GetType().Name} for a network of the built-in engine. Expected: an optimizer of that engine. Use Adam or Sgd.",
            nameof(optimizer));
    }

    /// <summary>Refuses a network other than the one it began with, before a step changes anything.</summary>
    internal abstract void Admit(int count);

    /// <summary>Takes one step: moves all weights against their gradients.</summary>
    /// <returns>Whether all weights, and what the optimizer remembers, are finite numbers.</returns>
    internal bool Step(ThreadTeam team, AlignedBuffer weights, AlignedBuffer gradients, int count) =>
        Step(team, weights, gradients, count, [(0, count)]);

    /// <summary>Takes one step, and moves some of the weights.</summary>
    /// <param name="team">Computes.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="count">Number of weights.</param>
    /// <param name="ranges">The first weight of each range to move, and the one after its last.</param>
    /// <returns>Whether they, and what the optimizer remembers of them, are finite numbers.</returns>
    internal bool Step(ThreadTeam team, AlignedBuffer weights, AlignedBuffer gradients, int count, ReadOnlySpan<(int From, int To)> ranges)
    {
        Begin(weights.Pointer, gradients.Pointer, count);
        foreach ((int from, int to) in ranges)
        {
            _first = from;
            team.Run(to - from, _update);
        }

        return !_fault;
    }

    /// <inheritdoc/>
    public bool Step(Span<float> weights, ReadOnlySpan<float> gradients)
    {
        if (weights.Length != gradients.Length)
            throw new ShapeMismatchException(
                $"{gradients.Length} gradients of {weights.Length} weights.", "one of each.", "Pass both of the same network.");
        fixed (float* values = weights, slopes = gradients)
        {
            Begin(values, slopes, weights.Length);
            _first = 0;
            ThreadTeam.Shared.Run(weights.Length, _update);
        }

        return !_fault;
    }

    private void Begin(float* weights, float* gradients, int count)
    {
        Admit(count);
        BeginStep(count);
        Steps++;
        _weights = weights;
        _gradients = gradients;
        _fault = false;
    }

    /// <summary>What the optimizer remembers of the gradients, a value a weight.</summary>
    internal abstract IReadOnlyList<AlignedBuffer> Memory { get; }

    /// <summary>Keeps what the optimizer remembers of the gradients.</summary>
    private protected abstract void ExchangeMemory(ResumeState state);

    /// <summary>Prepares a step over <paramref name="count"/> weights.</summary>
    private protected abstract void BeginStep(int count);

    /// <summary>Updates <paramref name="count"/> weights, the first of which is number <paramref name="first"/>.</summary>
    /// <returns>Whether the results are finite numbers.</returns>
    private protected abstract bool Update(float* weights, float* gradients, int first, int count);
}
