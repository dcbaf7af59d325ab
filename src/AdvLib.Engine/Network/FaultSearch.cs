using AdvLib.Layers;

namespace AdvLib;

/// <summary>Finds where a step that went wrong first met NaN or infinity. It takes its time: it runs once, when training is over.</summary>
internal static unsafe class FaultSearch
{
    /// <summary>The exception that names the place.</summary>
    /// <param name="step">The optimizer's step.</param>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="layers">The layers that were run.</param>
    /// <param name="activations">The values before and behind each of them.</param>
    /// <param name="count">Images of the batch.</param>
    /// <param name="moved">Whether the gradients were computed and the weights moved.</param>
    public static NumericalFaultException Find(
        int step, NetworkParameters parameters, EngineLayer[] layers, Activation[] activations, int count, bool moved)
    {
        int pixels = layers[0].InputShape.Size;
        int pixel = FirstFault(activations[0], count * pixels);
        if (pixel >= 0)
            return new($"image {pixel / pixels} of the batch", step, isGiven: true);
        for (int i = 0; i < layers.Length; i++)
        {
            if (FirstFault(activations[i + 1], count * layers[i].OutputShape.Size) >= 0)
                return new($"the output of {layers[i].Place.Name}", step, isGiven: false);
        }

        if (!moved)
            return new("the loss", step, isGiven: false);

        // Gradients flow from the last layer to the first.
        return parameters.GetGradients().LastOrDefault(HasFault) is { } gradient
            ? new($"the gradient of {gradient.Name}", step, isGiven: false)
            : new($"{parameters.GetWeights().FirstOrDefault(HasFault)?.Name ?? "the optimizer's memory"}, which this step moved", step,
                isGiven: false);
    }

    /// <summary>Whether a tensor holds NaN or infinity.</summary>
    public static bool HasFault(NamedTensor tensor) => FirstFault(tensor.Values) >= 0;

    private static int FirstFault(Activation activation, int length) => FirstFault(new ReadOnlySpan<float>(activation.Value, length));

    private static int FirstFault(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                return i;
        }

        return -1;
    }
}
