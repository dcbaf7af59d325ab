namespace AdvLib.Layers;

/// <summary>Passes over memory that a neighbouring layer does on the way, while it has the values in hand.</summary>
internal static class Fusion
{
    /// <summary>
    /// Lets a layer and those before it share passes: the ReLU and, in inference, the normalization behind a linear layer as it writes; the
    /// statistics of a normalization in the layers on its two sides; a ReLU's gradient in the normalization behind it.
    /// </summary>
    /// <param name="layers">The network's layers.</param>
    /// <param name="i">The layer that was just joined.</param>
    public static void Join(IReadOnlyList<EngineLayer> layers, int i)
    {
        EngineLayer? before = i > 0 ? layers[i - 1] : null;
        switch (layers[i])
        {
            case LinearLayer linear when (before is FlattenLayer && i > 1 ? layers[i - 2] : before) is BatchNormLayer measured:
                linear.InputNormalization = measured;
                measured.GradientMeasured = true;
                break;
            case ReLULayer relu when before is LinearLayer linear:
                linear.Rectify = relu.Fused = true;
                break;
            case BatchNormLayer norm:
                Join(layers, i, norm, before);
                break;
        }
    }

    private static void Join(IReadOnlyList<EngineLayer> layers, int i, BatchNormLayer norm, EngineLayer? before)
    {
        // The gate reads the normalization's output, which a ReLU behind would have changed in place.
        if (before is ReLULayer && i + 1 < layers.Count && layers[i + 1] is ReLULayer)
            return;
        if (before is ReLULayer gated)
            norm.GatesReLU = gated.Gated = true;
        if ((before is ReLULayer { Fused: true } ? layers[i - 2] : before) is LinearLayer linear)
        {
            linear.Normalization = norm;
            norm.Fused = true;
        }
    }
}
