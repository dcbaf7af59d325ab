using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// Images through libtorch piece by piece, for logits or for input gradients, each piece in a scope of its own, so that no tensor stays
/// behind.
/// </summary>
/// <param name="shape">Shape of one image.</param>
/// <param name="classes">Number of classes.</param>
/// <param name="device">Where it is computed.</param>
internal sealed class TorchInference(Shape shape, int classes, Device device)
{
    // Images that go through at a time.
    private const int Batch = 500;

    /// <summary>Images as a tensor, n x height x width x channels.</summary>
    public Tensor Pixels(ReadOnlySpan<float> images) =>
        TorchTensors.Write(images, device, images.Length / shape.Size, shape.Height, shape.Width, shape.Channels);

    /// <summary>The logits of whole images. Lengths are checked by the caller.</summary>
    public void Logits(ReadOnlySpan<float> images, Func<Tensor, Tensor> forward, Span<float> logits)
    {
        using IDisposable inference = no_grad();
        int count = images.Length / shape.Size;
        for (int start = 0; start < count; start += Batch)
        {
            int batch = Math.Min(Batch, count - start);
            using IDisposable scope = NewDisposeScope();
            TorchTensors.Read(forward(Pixels(Of(images, start, batch))), logits.Slice(start * classes, batch * classes));
        }
    }

    /// <summary>
    /// Each image's gradient of its own loss, and the logits where there is room for them. Lengths are checked by the caller.
    /// </summary>
    /// <exception cref="TorchModelException">The logits cannot be differentiated.</exception>
    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Func<Tensor, Tensor> forward,
        Span<float> gradient, Span<float> logits)
    {
        int count = labels.Length;
        var values = new float[Math.Min(count, Batch) * classes];
        var slopes = new float[values.Length];
        for (int start = 0; start < count; start += Batch)
        {
            int batch = Math.Min(Batch, count - start);
            using IDisposable scope = NewDisposeScope();
            Tensor input = Pixels(Of(images, start, batch)).requires_grad_();
            Tensor output = forward(input);
            Span<float> rows = values.AsSpan(0, batch * classes);
            TorchTensors.Read(output, rows);
            if (!logits.IsEmpty)
                rows.CopyTo(logits[(start * classes)..]);
            loss.DifferentiateRows(start, rows, labels.Slice(start, batch), slopes);
            Differentiate(output, input, slopes.AsSpan(0, rows.Length), gradient.Slice(start * shape.Size, batch * shape.Size));
        }
    }

    private static void Differentiate(Tensor output, Tensor input, ReadOnlySpan<float> slopes, Span<float> gradient)
    {
        Exception? cause = null;
        try
        {
            if (output.requires_grad)
                TorchTensors.Backward(output, slopes);
        }
        catch (ExternalException exception)
        {
            cause = exception;
        }

        if (cause is not null || input.grad is not { } slope)
        {
            throw new TorchModelException(
                $"The module's output cannot be differentiated{(cause is null ? "" : $": {TorchModelException.FirstLine(cause)}")}.",
                "logits that follow from the images by differentiable steps.",
                "Attack it without gradients, by Square or noise, or by transfer from another model.", cause);
        }

        TorchTensors.Read(slope, gradient);
    }

    private ReadOnlySpan<float> Of(ReadOnlySpan<float> images, int start, int count) =>
        images.Slice(start * shape.Size, count * shape.Size);
}
