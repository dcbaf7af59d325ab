namespace AdvLib;

/// <summary>
/// The recipe's network: Conv 32 3x3 stride 2 - ReLU - BatchNorm - Conv 64 3x3 stride 2 - ReLU - BatchNorm - Flatten - Dense 128 -
/// ReLU - BatchNorm - Dropout 0.5 - Dense classes - Softmax. 422,538 parameters on 28x28x1 images of ten classes.
/// </summary>
public static class SimpleCnn
{
    /// <summary>The network's description.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="dropoutRate">Fraction of the dense layer's values dropped in training, in [0, 1).</param>
    /// <returns>The description.</returns>
    public static Network Describe(Shape inputShape, int classes, float dropoutRate = 0.5f) => new(
        inputShape,
        new Conv2D(filters: 32, kernel: 3, stride: 2, Padding.Same), new ReLU(), new BatchNorm(),
        new Conv2D(filters: 64, kernel: 3, stride: 2, Padding.Same), new ReLU(), new BatchNorm(),
        new Flatten(),
        new Dense(units: 128), new ReLU(), new BatchNorm(),
        new Dropout(dropoutRate),
        new Dense(units: classes), new Softmax());

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="dropoutRate">Fraction of the dense layer's values dropped in training, in [0, 1).</param>
    /// <param name="engine"><c>built-in</c>, or <c>torchsharp</c>: see <see cref="Network.Build"/>.</param>
    /// <returns>The network.</returns>
    /// <exception cref="EngineUnavailableException">There is no such engine here.</exception>
    public static INetwork Create(
        Shape inputShape, int classes, ulong seed, float dropoutRate = 0.5f, string engine = Network.BuiltInEngine) =>
        Describe(inputShape, classes, dropoutRate).Build(seed, engine);
}
