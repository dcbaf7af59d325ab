namespace AdvLib.Layers;

/// <summary>What a description becomes in this engine.</summary>
internal static class LayerFactory
{
    /// <summary>The engine's layers of a network.</summary>
    /// <param name="network">What to build.</param>
    /// <param name="masks">Random numbers of all dropout layers.</param>
    /// <returns>The layers, each with the output of the one before as its input.</returns>
    public static EngineLayer[] Build(Network network, Rng masks)
    {
        var layers = new EngineLayer[network.Layers.Count];
        var activation = new Activation(network.InputShape.Size);
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = Build(network.Layers[i], activation, masks);
            activation = layers[i].Output;
        }

        for (int i = 0; i < layers.Length; i++)
            Fusion.Join(layers, i);
        return layers;
    }

    private static EngineLayer Build(PlacedLayer place, Activation input, Rng masks) => place.Layer switch
    {
        Conv2D convolution => new Conv2DLayer(place, convolution, input),
        Dense => new DenseLayer(place, input),
        BatchNorm normalization => new BatchNormLayer(place, normalization, input),
        ReLU => new ReLULayer(place, input),
        MaxPool2D pooling => new MaxPool2DLayer(place, pooling, input),
        Dropout dropout => new DropoutLayer(place, dropout, input, masks),
        Threshold threshold => new ThresholdLayer(place, threshold, input),
        Flatten => new FlattenLayer(place, input),
        Softmax => new SoftmaxLayer(place, input),
        _ => throw new EngineUnavailableException(
            $"A layer '{place.Layer.Kind}' for the built-in engine.", "one it knows.", "Build the network on another engine."),
    };
}
