namespace AdvLib;

/// <summary>Largest value of each square window, without padding; the gradient goes to the first place that held it.</summary>
public sealed record MaxPool2D : Layer
{
    /// <summary>Describes the layer.</summary>
    /// <param name="size">Rows and columns of a window, at least 1.</param>
    /// <param name="stride">Step between windows, at least 1; the window's size when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public MaxPool2D(int size = 2, int? stride = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride ?? size, 1, nameof(stride));
        (Size, Stride) = (size, stride ?? size);
    }

    /// <summary>Rows and columns of a window.</summary>
    public int Size { get; }

    /// <summary>Step between windows.</summary>
    public int Stride { get; }

    /// <inheritdoc/>
    public override string Kind => "max_pooling2d";

    /// <inheritdoc/>
    public override string Details => $"{Size}x{Size}, stride {Stride}";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => input.Height >= Size && input.Width >= Size
        ? new Shape((input.Height - Size) / Stride + 1, (input.Width - Size) / Stride + 1, input.Channels)
        : throw new ShapeMismatchException(
            $"A {Size}x{Size} pooling window over an input of {input}.", "an input at least as large as the window.",
            "Use a smaller window, or pool earlier.");
}
