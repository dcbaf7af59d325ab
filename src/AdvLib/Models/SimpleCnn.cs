using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// The recipe's network: Conv 32 3x3 stride 2 - ReLU - BatchNorm - Conv 64 3x3 stride 2 - ReLU - BatchNorm - Flatten - Dense 128 -
/// ReLU - BatchNorm - Dropout 0.5 - Dense classes - Softmax. 422,538 parameters on 28x28x1 images of ten classes.
/// </summary>
public static class SimpleCnn
{
    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="dropoutRate">Fraction of the dense layer's values dropped in training, in [0, 1).</param>
    /// <param name="team">Threads to compute on; <see cref="ThreadTeam.Shared"/> when not given.</param>
    /// <returns>The network.</returns>
    public static Sequential Create(Shape inputShape, int classes, ulong seed, float dropoutRate = 0.5f, ThreadTeam? team = null) => new(
        inputShape,
        seed,
        team ?? ThreadTeam.Shared,
        new Conv2D(filters: 32, kernel: 3, stride: 2, Padding.Same),
        new ReLU(),
        new BatchNorm(),
        new Conv2D(filters: 64, kernel: 3, stride: 2, Padding.Same),
        new ReLU(),
        new BatchNorm(),
        new Flatten(),
        new Dense(units: 128),
        new ReLU(),
        new BatchNorm(),
        new Dropout(dropoutRate),
        new Dense(units: classes),
        new Softmax());
}
