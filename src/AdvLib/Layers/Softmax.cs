namespace AdvLib;

/// <summary>
/// Softmax over the values of each image: <c>y = exp(x) / sum exp(x)</c>, <c>dx = y (dy - sum y dy)</c>. As a network's last layer
/// it only turns logits into probabilities: losses take the logits themselves, where they lose no digits.
/// </summary>
public sealed unsafe class Softmax : ImagewiseLayer
{
    internal override string Kind => "softmax";

    internal override Shape Configure(Shape input) => input;

    internal override void Forward(int from, int to)
    {
        int size = InputShape.Size;
        for (int i = from; i < to; i++)
            SoftmaxFunction.Apply(new(Input.Value + (nint)i * size, size), new(Output.Value + (nint)i * size, size));
    }

    internal override void Backward(int from, int to)
    {
        int size = InputShape.Size;
        Span<float> y = size <= 256 ? stackalloc float[size] : new float[size];
        for (int i = from; i < to; i++)
        {
            // Computed again: a layer behind may have worked in place on the output.
            SoftmaxFunction.Apply(new(Input.Value + (nint)i * size, size), y);
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
