namespace AdvLib;

/// <summary>
/// Answers about images that change a window at a time: what the window does not reach in the network stays as it was (incremental
/// inference: Nakandala, Kumar and Papakonstantinou, "Incremental and approximate inference for faster occlusion-based deep CNN
/// explanations", 2019). The logits are those of whole images, to the bit.
/// </summary>
/// <remarks>For one thread at a time, and as long as the model's weights stay as they are.</remarks>
public interface IIncrementalInference
{
    /// <summary>Takes whole images in place of what there was.</summary>
    /// <param name="images">n images, at most as many as there is room for.</param>
    /// <exception cref="ShapeMismatchException">The pixels are not those of whole images, or there are too many.</exception>
    void Begin(ReadOnlySpan<float> images);

    /// <summary>Logits of the images, each changed in a window. The change is taken back by the next call, unless it is kept.</summary>
    /// <param name="images">The n images as they are now; not looked at outside of the windows.</param>
    /// <param name="windows">Where each may differ from what it was: within the image.</param>
    /// <param name="logits">Receives n x classes values.</param>
    /// <exception cref="ShapeMismatchException">The spans do not fit the images.</exception>
    /// <exception cref="InvalidOperationException">The model's weights have moved since the images were taken.</exception>
    void Logits(ReadOnlySpan<float> images, ReadOnlySpan<PixelWindow> windows, Span<float> logits);

    /// <summary>Keeps the last change of some images, and takes that of the others back.</summary>
    /// <param name="kept">Whether to keep it, one an image.</param>
    /// <exception cref="ShapeMismatchException">There are more or fewer than there are images.</exception>
    void Keep(ReadOnlySpan<bool> kept);

    /// <summary>Lets all images go but some, which stay in their order.</summary>
    /// <param name="places">Those that stay, rising.</param>
    /// <exception cref="ArgumentOutOfRangeException">A place is none of an image, or does not rise.</exception>
    void Retain(ReadOnlySpan<int> places);
}
