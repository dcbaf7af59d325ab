using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace AdvLib.Native;

/// <summary>
/// oneDNN, which computes libtorch's convolutions. On some processors the one in libtorch 2.10 gives wrong gradients of all images but the
/// first that a thread takes, where the number of filters is no multiple of a SIMD register's; forward passes and kernels' gradients are
/// right. An attack would follow such gradients without a word.
/// </summary>
internal static unsafe class OneDnn
{
    // Share of the largest gradient that float32 may be off by; wrong ones are off by a half.
    private const float Tolerance = 1e-3f;

    /// <summary>Compares gradients with those in double precision, which oneDNN does not compute.</summary>
    /// <returns>Whether they agree.</returns>
    public static bool IsRight()
    {
        int threads = get_num_threads();
        // One thread takes all images.
        set_num_threads(1);
        try
        {
            return IsRight(filters: 8, kernel: 3) && IsRight(filters: 12, kernel: 5) && IsRight(filters: 24, kernel: 3);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    /// <summary>Has libtorch compute convolutions by itself, in the whole process.</summary>
    /// <param name="library">The file of libtorch_cpu.</param>
    /// <returns>Whether it could be told.</returns>
    public static bool SwitchOff(string library)
    {
        if (!NativeLibrary.TryLoad(library, out nint torch)
            || !NativeLibrary.TryGetExport(torch, "_ZN2at13globalContextEv", out nint context)
            || !NativeLibrary.TryGetExport(torch, "_ZN2at7Context20setUserEnabledMkldnnEb", out nint set))
            return false;
        ((delegate* unmanaged<nint, byte, void>)set)(((delegate* unmanaged<nint>)context)(), 0);
        return true;
    }

    private static bool IsRight(int filters, int kernel)
    {
        const int Images = 3, Channels = 3, Side = 8;
        using IDisposable scope = NewDisposeScope();
        using IDisposable gradients = enable_grad();
        int side = Side - kernel + 1;
        Tensor images = Wave(Images, Channels, Side, Side), weights = Wave(filters, Channels, kernel, kernel);
        Tensor slopes = Wave(Images, filters, side, side);
        Tensor Gradient(ScalarType type)
        {
            Tensor input = images.to(type).clone().requires_grad_();
            nn.functional.conv2d(input, weights.to(type)).mul(slopes.to(type)).sum().backward();
            return input.grad!;
        }

        Tensor exact = Gradient(ScalarType.Float64).to(ScalarType.Float32);
        float off = Gradient(ScalarType.Float32).sub(exact).abs().max().item<float>();
        return off <= Tolerance * exact.abs().max().item<float>();
    }

    // Values without a pattern; the program's own random numbers stay where they are.
    private static Tensor Wave(params long[] shape) =>
        arange(shape.Aggregate(1L, (product, size) => product * size)).to(ScalarType.Float32).square().mul(0.37f).sin().view(shape);
}
