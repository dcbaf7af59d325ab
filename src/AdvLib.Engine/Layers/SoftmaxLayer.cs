namespace AdvLib.Layers;

/// <summary>Softmax over the values of each image: <c>y = exp(x) / sum exp(x)</c>, <c>dx = y (dy - sum y dy)</c>.</summary>
internal sealed unsafe class SoftmaxLayer(PlacedLayer place, Activation input) : ImagewiseLayer(place, input)
{
    public override void Forward(int from, int to)
    {
        int size = InputShape.Size;
        for (int i = from; i < to; i++)
            new ReadOnlySpan<float>(Input.Value + (nint)i * size, size).Softmax(new(Output.Value + (nint)i * size, size));
    }

    public override void Backward(int from, int to)
    {
        int size = InputShape.Size;
        Span<float> y = size <= 256 ? stackalloc float[size] : new float[size];
        for (int i = from; i < to; i++)
        {
            // Computed again: a layer behind may have worked in place on the output.
            new ReadOnlySpan<float>(Input.Value + (nint)i * size, size).Softmax(y);
            float* dy = Output.Gradient + (nint)i * size;
            float* dx = Input.Gradient + (nint)i * size;
            float inner = 0;
            for (int c = 0; c < size; c++)
                inner += y[c] * dy[c];
            for (int c = 0; c < size; c++)
                dx[c] = y[c] * (dy[c] - inner);
        }
    }
}
