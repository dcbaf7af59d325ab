namespace AdvLib;

/// <summary>A model is to be trained while another call uses it, or used while another call trains it.</summary>
public sealed class ModelInUseException : AdvLibException
{
    /// <param name="inTraining">Whether the other call trains the model; else it uses it, and this one is to train it.</param>
    public ModelInUseException(bool inTraining)
        : base(
            inTraining ? "A call to a model that another thread trains." : "Training of a model that another call uses.",
            "a model in training to be that thread's alone.",
            inTraining
                ? "Wait until the training has ended, or use a second model that SetWeights gave a copy of the weights."
                : "Wait until the other call has ended, or train a second model that SetWeights gave a copy of the weights.") =>
        InTraining = inTraining;

    /// <summary>Whether the other call trains the model; else it uses it.</summary>
    public bool InTraining { get; }
}
