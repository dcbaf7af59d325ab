namespace AdvLib;

/// <summary>
/// Looks at a model while it is trained, and may end the run, for example because it has stopped learning what it should.
/// </summary>
public interface ITrainingMonitor : IResumable
{
    /// <summary>Whether the run should end now.</summary>
    bool Stops { get; }

    /// <summary>Called after every step. It changes nothing in the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">Training steps done.</param>
    void Watch(IDifferentiableClassifier model, long steps);
}
