namespace AdvLib;

/// <summary>
/// Who may use a model: any number of threads, one after the other, or the one thread that trains it. What does not fit is refused, not
/// kept waiting. Every engine keeps its models with one.
/// </summary>
public sealed class ModelGate
{
    private const int ThreadBits = 32;

    private readonly Lock _turn = new();

    // Calls that are inside or wait for their turn, and above them the number of the thread that trains; one word, so that one exchange
    // decides.
    private long _state;

    /// <summary>Enters to use the model, once earlier calls have ended.</summary>
    /// <returns>Leaves when disposed of.</returns>
    /// <exception cref="ModelInUseException">Another thread trains the model, or this one is inside a training step.</exception>
    public Entry Use()
    {
        long state = Volatile.Read(ref _state);
        while (true)
        {
            if (TrainedBy(state) != 0 && (TrainedBy(state) != Environment.CurrentManagedThreadId || Calls(state) > 0))
                throw new ModelInUseException(inTraining: true);
            long seen = Interlocked.CompareExchange(ref _state, state + 1, state);
            if (seen == state)
                break;
            state = seen;
        }

        _turn.Enter();
        return new Entry(this, null);
    }

    /// <summary>Enters to train for a step.</summary>
    /// <returns>Leaves when disposed of.</returns>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    public Entry Train() => new(this, Claim(calls: 1));

    /// <summary>Keeps the model for the calling thread over many steps, between which it may use the model too.</summary>
    /// <returns>Ends that when disposed of.</returns>
    /// <exception cref="ModelInUseException">Another call uses the model, or another thread trains it.</exception>
    public IDisposable TrainOn() => new Run(this, Claim(calls: 0));

    // Returns the state to go back to. While a thread trains, nobody else changes it.
    private long Claim(int calls)
    {
        long state = Volatile.Read(ref _state);
        long thread = Environment.CurrentManagedThreadId;
        if (TrainedBy(state) != 0 && TrainedBy(state) != thread)
            throw new ModelInUseException(inTraining: true);
        if (Calls(state) > 0 || Interlocked.CompareExchange(ref _state, (thread << ThreadBits) + calls, state) != state)
            throw new ModelInUseException(inTraining: false);
        return state;
    }

    private static long TrainedBy(long state) => state >> ThreadBits;

    private static int Calls(long state) => (int)state;

    /// <summary>A call that is inside.</summary>
    /// <param name="gate">Where.</param>
    /// <param name="before">The state to go back to from training; null when it does not train.</param>
    public readonly ref struct Entry(ModelGate gate, long? before)
    {
        /// <summary>Leaves.</summary>
        public void Dispose()
        {
            if (before is { } state)
            {
                Volatile.Write(ref gate._state, state);
                return;
            }

            gate._turn.Exit();
            Interlocked.Decrement(ref gate._state);
        }
    }

    private sealed class Run(ModelGate gate, long before) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref gate._state, before);
    }
}
