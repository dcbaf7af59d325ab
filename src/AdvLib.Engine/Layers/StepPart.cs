namespace AdvLib.Layers;

/// <summary>The parts of what a network does that a profile tells apart.</summary>
internal enum StepPart
{
    /// <summary>Copying the images in.</summary>
    CopyIn,

    /// <summary>A layer's outputs, in training mode.</summary>
    Forward,

    /// <summary>The loss and its gradient, in training mode.</summary>
    Loss,

    /// <summary>What a layer derives from its weights before a call: transposed kernels, folded statistics.</summary>
    Prepare,

    /// <summary>The gradients of a linear layer's kernel and bias.</summary>
    WeightGradient,

    /// <summary>What else a layer does backwards in training mode; of a linear layer, its input gradient.</summary>
    Backward,

    /// <summary>Moving the weights.</summary>
    Update,

    /// <summary>Copying a thread's share of the images in, and of their gradients out, in inference mode.</summary>
    ShareCopy,

    /// <summary>A layer's outputs for a thread's share of the images, in inference mode.</summary>
    ShareForward,

    /// <summary>The loss and its gradient for a thread's share of the images.</summary>
    ShareLoss,

    /// <summary>A layer's input gradient for a thread's share of the images, in inference mode.</summary>
    ShareBackward,
}
