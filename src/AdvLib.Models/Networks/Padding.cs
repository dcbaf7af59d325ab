namespace AdvLib;

/// <summary>How a convolution treats the border.</summary>
public enum Padding
{
    /// <summary>
    /// Zeros around the image so that the output has ceil(size / stride) places. As in TensorFlow an odd total goes to the bottom
    /// and right: stride 2 on an even size pads there only.
    /// </summary>
    Same,

    /// <summary>No padding: only places where the whole kernel fits.</summary>
    Valid,
}
