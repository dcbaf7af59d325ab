using static TorchSharp.torch;

namespace AdvLib;

/// <summary>libtorch cannot be used: it does not load, or has no such device.</summary>
public sealed class TorchUnavailableException : AdvLibException
{
    private TorchUnavailableException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }

    /// <summary>Loads libtorch and finds a device.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="TorchUnavailableException">It cannot be had.</exception>
    internal static Device Open(string name)
    {
        try
        {
            if (name.StartsWith("cuda", StringComparison.Ordinal) && !cuda.is_available())
                throw new TorchUnavailableException($"Device \"{name}\" is not available.", "a CUDA device and libtorch built for it.", "Use \"cpu\", or build with -p:TorchPackage=TorchSharp-cuda-linux (or -windows).");
            return device(name);
        }
        catch (Exception exception) when (exception is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            throw new TorchUnavailableException(
                "libtorch does not load on this machine.", "the native libraries of TorchSharp's package, on a system as new as they were built for (on Linux a C++ library of GCC 13 or newer).",
                "See the inner exception; AdvLib's built-in engine needs no native library.", exception);
        }
        catch (ArgumentException exception)
        {
            throw new TorchUnavailableException($"There is no device \"{name}\".", "\"cpu\", \"cuda\" or \"cuda:1\".", "Correct the name.", exception);
        }
    }
}
