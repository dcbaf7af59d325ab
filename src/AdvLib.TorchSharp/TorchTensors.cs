using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AdvLib;

/// <summary>Values between AdvLib's spans and libtorch's tensors.</summary>
internal static class TorchTensors
{
    /// <summary>A tensor on a device with the given values.</summary>
    public static Tensor Write(ReadOnlySpan<float> values, Device device, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = empty(shape, ScalarType.Float32);
        values.CopyTo(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.to(device);
    }

    /// <summary>Copies a tensor's values out, in the order of its dimensions.</summary>
    public static void Read(Tensor tensor, Span<float> destination) =>
        MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes).CopyTo(destination);

    /// <summary>
    /// Carries a gradient of the outputs back to whatever they were computed from. By <c>backward()</c>, whose errors come as exceptions:
    /// in TorchSharp's <c>autograd.grad</c> they end the process.
    /// </summary>
    /// <exception cref="ExternalException">libtorch refuses.</exception>
    public static void Backward(Tensor output, ReadOnlySpan<float> gradient) =>
        output.mul(Write(gradient, output.device, output.shape)).sum().backward();
}
