using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>
/// One layer of a <see cref="Sequential"/> network as the engine computes it: forward and backward side by side. It belongs to one network,
/// which gives it its parameters' memory and the activations it reads and writes.
/// </summary>
/// <remarks>
/// In inference mode every image is independent, so a thread takes its images through all layers by itself. In training mode a
/// layer works on the whole batch with the team, because batch statistics and weight gradients span it.
/// </remarks>
internal abstract class EngineLayer
{
    protected EngineLayer(PlacedLayer place, Activation input, bool inPlace = false)
    {
        Place = place;
        Input = input;
        Output = inPlace ? input : new Activation(place.Output.Size);
    }

    /// <summary>What is computed, under which name and on which shapes.</summary>
    public PlacedLayer Place { get; }

    public Shape InputShape => Place.Input;

    public Shape OutputShape => Place.Output;

    /// <summary>Weights and moving statistics, in the order in which they are saved.</summary>
    public IReadOnlyList<Parameter> Parameters { get; protected init; } = [];

    public Activation Input { get; }

    public Activation Output { get; }

    /// <summary>
    /// Floating-point operations of the layer's matrix product over one image: its outputs, weight gradient and input gradient take as many
    /// each.
    /// </summary>
    public virtual long Flop => 0;

    /// <summary>Told of parts of a pass; null but in a profile.</summary>
    public IStepProbe? Probe { get; set; }

    /// <summary>Makes room for a batch.</summary>
    public virtual void Reserve(int batch) => Output.Reserve(batch);

    /// <summary>Called before inference on a team, where work common to all images is done once.</summary>
    public virtual void PrepareForward(ThreadTeam team)
    {
    }

    /// <summary>Called before a backward pass: the weights' version says whether what was derived from them still holds.</summary>
    public virtual void PrepareBackward(ThreadTeam team, int version)
    {
    }

    /// <summary>Outputs of a range of images, in inference mode.</summary>
    public abstract void Forward(int from, int to);

    /// <summary>Input gradients of a range of images, in inference mode.</summary>
    public abstract void Backward(int from, int to);

    /// <summary>Outputs of a whole batch, in training mode.</summary>
    public abstract void ForwardTraining(ThreadTeam team, int batch);

    /// <summary>Parameter gradients of a whole batch, and its input gradients when wanted.</summary>
    public abstract void BackwardTraining(ThreadTeam team, int batch, bool inputGradient);
}
