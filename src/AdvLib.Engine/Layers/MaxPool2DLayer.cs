namespace AdvLib.Layers;

/// <summary>Largest value of each square window, without padding; the gradient goes to the first place that held it.</summary>
internal sealed unsafe class MaxPool2DLayer(PlacedLayer place, MaxPool2D pooling, Activation input) : ImagewiseLayer(place, input)
{
    private readonly int _size = pooling.Size;
    private readonly int _stride = pooling.Stride;
    private int[] _sources = [];

    public override void Reserve(int batch)
    {
        base.Reserve(batch);
        if (_sources.Length < batch * OutputShape.Size)
            _sources = new int[batch * OutputShape.Size];
    }

    public override void Forward(int from, int to)
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
                for (int ky = 0; ky < _size; ky++)
                {
                    for (int kx = 0; kx < _size; kx++)
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

    public override void Backward(int from, int to)
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
        return (row * _stride * InputShape.Width + column * _stride) * InputShape.Channels + channel;
    }
}
