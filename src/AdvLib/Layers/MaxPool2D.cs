namespace AdvLib;

/// <summary>Largest value of each square window, without padding; the gradient goes to the first place that held it.</summary>
public sealed unsafe class MaxPool2D : ImagewiseLayer
{
    private int[] _sources = [];

    /// <summary>Creates the layer.</summary>
    /// <param name="size">Rows and columns of a window, at least 1.</param>
    /// <param name="stride">Step between windows, at least 1; the window's size when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public MaxPool2D(int size = 2, int? stride = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride ?? size, 1, nameof(stride));
        Size = size;
        Stride = stride ?? size;
    }

    /// <summary>Rows and columns of a window.</summary>
    public int Size { get; }

    /// <summary>Step between windows.</summary>
    public int Stride { get; }

    internal override string Kind => "max_pooling2d";

    internal override string Details => $"{Size}x{Size}, stride {Stride}";

    internal override Shape Configure(Shape input)
    {
        if (input.Height < Size || input.Width < Size)
        {
            throw new ShapeMismatchException(
                $"A {Size}x{Size} pooling window over an input of {input}.", "an input at least as large as the window.", "Use a smaller window, or pool earlier.");
        }

        return new Shape((input.Height - Size) / Stride + 1, (input.Width - Size) / Stride + 1, input.Channels);
    }

    internal override void Reserve(int batch)
    {
        base.Reserve(batch);
        if (_sources.Length < batch * OutputShape.Size)
            _sources = new int[batch * OutputShape.Size];
    }

    internal override void Forward(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            float* x = Input.Value + (nint)i * InputShape.Size;
            float* y = Output.Value + (nint)i * OutputShape.Size;
            Span<int> sources = _sources.AsSpan(i * OutputShape.Size, OutputShape.Size);
            for (int o = 0; o < sources.Length; o++)
            {
                int best = FirstOfWindow(o);
                int origin = best;
                for (int ky = 0; ky < Size; ky++)
                {
                    for (int kx = 0; kx < Size; kx++)
                    {
                        int at = origin + (ky * InputShape.Width + kx) * InputShape.Channels;
                        if (x[at] > x[best])
                            best = at;
                    }
                }

                sources[o] = best;
                y[o] = x[best];
            }
        }
    }

    internal override void Backward(int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            float* dx = Input.Gradient + (nint)i * InputShape.Size;
            float* dy = Output.Gradient + (nint)i * OutputShape.Size;
            new Span<float>(dx, InputShape.Size).Clear();
            ReadOnlySpan<int> sources = _sources.AsSpan(i * OutputShape.Size, OutputShape.Size);
            for (int o = 0; o < sources.Length; o++)
                dx[sources[o]] += dy[o];
        }
    }

    private int FirstOfWindow(int output)
    {
        (int pixel, int channel) = Math.DivRem(output, OutputShape.Channels);
        (int row, int column) = Math.DivRem(pixel, OutputShape.Width);
        return (row * Stride * InputShape.Width + column * Stride) * InputShape.Channels + channel;
    }
}
