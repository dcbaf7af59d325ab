using static TorchSharp.torch;

namespace AdvLib;

/// <summary>Devices by name.</summary>
internal static class TorchDevice
{
    /// <summary>Loads libtorch and finds a device.</summary>
    /// <param name="name"><c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <returns>The device.</returns>
    /// <exception cref="TorchUnavailableException">It cannot be had.</exception>
    public static Device Open(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _ = TorchNative.Prepare();
        if (name.StartsWith("cuda", StringComparison.Ordinal) && !cuda.is_available())
        {
            throw new TorchUnavailableException(
                $"Device \"{name}\" is not available.", "a CUDA device and libtorch built for it.",
                "Use \"cpu\", or reference TorchSharp-cuda-linux (or -windows) in place of TorchSharp-cpu.");
        }

        try
        {
            return device(name);
        }
        catch (ArgumentException exception)
        {
            throw new TorchUnavailableException($"There is no device \"{name}\".", "\"cpu\", \"cuda\" or \"cuda:1\".",
                "Correct the name.", exception);
        }
    }
}
