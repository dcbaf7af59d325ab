namespace AdvLib;

/// <summary>
/// An image classifier that predicts: the first step of the ladder predict, differentiate, train. Attacks, batches, training and evaluation
/// ask for the least they need, so that a model that cannot give it does not compile there. Images are float32, NHWC, pixels in [0, 1].
/// Several threads may use a model at once, or one may train it: whatever does not fit fails with <see cref="ModelInUseException"/>.
/// </summary>
public interface IClassifier
{
    /// <summary>Shape of one image.</summary>
    Shape InputShape { get; }

    /// <summary>Number of classes.</summary>
    int Classes { get; }

    /// <summary>The engine and what it runs on, for tables and run cards.</summary>
    string Engine { get; }

    /// <summary>Number of threads the engine computes on.</summary>
    int Threads { get; }

    /// <summary>Outputs before the softmax, in inference mode: moving statistics, no dropout. Changes nothing in the model.</summary>
    /// <param name="images">n images, n x <see cref="InputShape"/>.</param>
    /// <param name="logits">Receives n x <see cref="Classes"/> values.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the model or each other.</exception>
    /// <exception cref="ModelInUseException">Another thread trains the model.</exception>
    void Logits(ReadOnlySpan<float> images, Span<float> logits);

    /// <summary>Prepares answers about images that change a window at a time.</summary>
    /// <param name="capacity">Images that are asked about together at most.</param>
    /// <returns>What gives them; null where they take as long as those about whole images, as with most engines.</returns>
    IIncrementalInference? BeginIncremental(int capacity) => null;
}
