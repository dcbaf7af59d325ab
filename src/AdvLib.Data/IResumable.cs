namespace AdvLib;

/// <summary>
/// What has a state that training must find again to go on as if nothing had happened: an optimizer, a batch source, a model's
/// random numbers. A trainer with checkpoints asks everything it uses for it.
/// </summary>
public interface IResumable
{
    /// <summary>
    /// Names every value of the state. One method for saving and loading, so that neither forgets what the other keeps.
    /// </summary>
    /// <param name="state">Takes the values when a checkpoint is made, and replaces them when one is loaded.</param>
    /// <exception cref="CheckpointException">The state belongs to something else, or is damaged. The object may hold half of it: the
    /// caller loads a sound state, or lets the object go.</exception>
    void Exchange(ResumeState state);
}
