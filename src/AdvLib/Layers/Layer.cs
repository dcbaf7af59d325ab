using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// One layer of a <see cref="Sequential"/> network: forward and backward side by side. A layer belongs to one network, which
/// gives it its shapes, its parameters' memory and the activations it reads and writes.
/// </summary>
/// <remarks>
/// In inference mode every image is independent, so a thread takes its images through all layers by itself. In training mode a
/// layer works on the whole batch with the team, because batch statistics and weight gradients span it.
/// </remarks>
public abstract class Layer
{
    private protected Layer()
    {
    }

    /// <summary>Keras's name: the kind of layer, with <c>_1</c>, <c>_2</c> ... from the second of a kind on.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Shape of one input.</summary>
    public Shape InputShape { get; private set; }

    /// <summary>Shape of one output.</summary>
    public Shape OutputShape { get; private set; }

    /// <summary>Number of values saved with the network: weights and moving statistics.</summary>
    public int ParameterCount => Parameters.Sum(parameter => parameter.Length);

    /// <summary>Keras's name of this kind of layer.</summary>
    internal abstract string Kind { get; }

    /// <summary>What a summary shows in brackets, for example <c>3x3, stride 2, same</c>.</summary>
    internal virtual string Details => "";

    /// <summary>Whether the output may take the place of the input.</summary>
    internal virtual bool InPlace => false;

    internal IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    /// <summary>Floating-point operations of the layer's matrix product over one image: its outputs, weight gradient and input gradient take as many each.</summary>
    internal virtual long Flop => 0;

    /// <summary>Told of parts of a pass; null but in a profile.</summary>
    internal IStepProbe? Probe { get; set; }

    /// <summary>The share of each training batch that this process has; null for all of it.</summary>
    internal BatchShare? Share { get; set; }

    private protected Activation Input { get; private set; } = null!;

    private protected Activation Output { get; private set; } = null!;

    /// <summary>Takes the layer into a network: fixes shapes and declares parameters.</summary>
    internal Activation Join(string name, Shape inputShape, Activation input)
    {
        if (Name.Length > 0)
            throw new InvalidOperationException($"The layer '{Name}' already belongs to a network. Expected: a layer of its own in each place. Create a new one.");
        Name = name;
        InputShape = inputShape;
        OutputShape = Configure(inputShape);
        Parameters = DeclareParameters();
        Input = input;
        Output = InPlace ? input : new Activation(OutputShape.Size);
        return Output;
    }

    /// <summary>The output's shape; throws when the input does not fit.</summary>
    internal abstract Shape Configure(Shape input);

    internal virtual IReadOnlyList<Parameter> DeclareParameters() => [];

    /// <summary>Sets initial values; a fresh network draws in the order of its layers.</summary>
    internal virtual void Initialize(Rng rng)
    {
    }

    /// <summary>Makes room for a batch.</summary>
    internal virtual void Reserve(int batch) => Output.Reserve(batch);

    /// <summary>Makes room for what is known of all ranks' images, where several share the batch.</summary>
    internal virtual void ReserveShare(int total)
    {
    }

    /// <summary>Called before inference on a team, where work common to all images is done once.</summary>
    internal virtual void PrepareForward(ThreadTeam team)
    {
    }

    /// <summary>Called before a backward pass: the weights' version says whether what was derived from them still holds.</summary>
    internal virtual void PrepareBackward(ThreadTeam team, int version)
    {
    }

    /// <summary>Outputs of a range of images, in inference mode.</summary>
    internal abstract void Forward(int from, int to);

    /// <summary>Input gradients of a range of images, in inference mode.</summary>
    internal abstract void Backward(int from, int to);

    /// <summary>Outputs of a whole batch, in training mode.</summary>
    internal abstract void ForwardTraining(ThreadTeam team, int batch);

    /// <summary>Parameter gradients of a whole batch, and its input gradients when wanted.</summary>
    internal abstract void BackwardTraining(ThreadTeam team, int batch, bool inputGradient);
}
