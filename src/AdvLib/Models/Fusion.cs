namespace AdvLib;

/// <summary>Passes over memory that a neighbouring layer does on the way, while it has the values in hand.</summary>
internal static class Fusion
{
    /// <summary>
    /// Lets a layer and those before it share passes: the ReLU and, in inference, the normalization behind a linear layer as it writes; the
    /// statistics of a normalization in the layers on its two sides; a ReLU's gradient in the normalization behind it.
    /// </summary>
    /// <param name="layers">The network's layers.</param>
    /// <param name="i">The layer that was just joined.</param>
    public static void Join(IReadOnlyList<Layer> layers, int i)
    {
        Layer? before = i > 0 ? layers[i - 1] : null;
        switch (layers[i])
        {
            case LinearLayer linear when (before is Flatten && i > 1 ? layers[i - 2] : before) is BatchNorm measured:
                linear.InputNormalization = measured;
                measured.GradientMeasured = true;
                break;
            case ReLU relu when before is LinearLayer linear:
                linear.Rectify = relu.Fused = true;
                break;
            case BatchNorm norm:
                Join(layers, i, norm, before);
                break;
        }
    }

    private static void Join(IReadOnlyList<Layer> layers, int i, BatchNorm norm, Layer? before)
    {
        // The gate reads the normalization's output, which a ReLU behind would have changed in place.
        if (before is ReLU && i + 1 < layers.Count && layers[i + 1] is ReLU)
            return;
        if (before is ReLU gated)
            norm.GatesReLU = gated.Gated = true;
        if ((before is ReLU { Fused: true } ? layers[i - 2] : before) is LinearLayer linear)
        {
            linear.Normalization = norm;
            norm.Fused = true;
        }
    }
}
