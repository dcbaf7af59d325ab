using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// One training step of a network, part by part. What spans a batch (statistics, loss, gradients) is formed here over the images at hand;
/// who trains on parts of larger batches overrides how.
/// </summary>
/// <param name="team">Computes.</param>
/// <param name="parameters">What is trained.</param>
internal class TrainingPass(ThreadTeam team, NetworkParameters parameters)
{
    protected ThreadTeam Team => team;

    protected NetworkParameters Parameters => parameters;

    /// <summary>Called once room for the step's images has been made, before they come in. Here they are a batch of their own.</summary>
    public virtual void Begin(ReadOnlySpan<EngineLayer> layers)
    {
        foreach (EngineLayer layer in layers)
            (layer as BatchNormLayer)?.Statistics.Embed(first: 0, total: 0);
    }

    public virtual void Forward(EngineLayer layer, int batch) => layer.ForwardTraining(team, batch);

    public virtual StepResult Differentiate(Loss loss, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradients) =>
        loss.DifferentiateMean(logits, labels, gradients);

    public virtual void Backward(EngineLayer layer, int batch, bool inputGradient) => layer.BackwardTraining(team, batch, inputGradient);

    /// <summary>Moves the weights against their gradients; whether all are finite.</summary>
    public virtual bool Update(Optimizer optimizer) =>
        optimizer.Step(team, parameters.Weights, parameters.Gradients, parameters.Trainable);
}
