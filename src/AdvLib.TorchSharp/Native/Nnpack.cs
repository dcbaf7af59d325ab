using System.Runtime.InteropServices;

namespace AdvLib.Native;

/// <summary>
/// One of the libraries that libtorch convolves with. Where it does not know the processor, as on many virtual machines, libtorch asks it
/// again for each convolution, and writes the same warning each time; there, only libtorch's errors are written.
/// </summary>
internal static unsafe class Nnpack
{
    private const int ErrorsAlone = 2;

    /// <summary>Asks once, in silence. libtorch is loaded, and has read its own settings.</summary>
    /// <param name="folder">The folder of libtorch.</param>
    public static void SilenceWhereMissing(string folder)
    {
        if (!NativeLibrary.TryLoad(Path.Combine(folder, "libc10.so"), out nint c10)
            || !NativeLibrary.TryGetExport(c10, "FLAGS_caffe2_log_level", out nint level)
            || !NativeLibrary.TryLoad(Path.Combine(folder, "libtorch_cpu.so"), out nint torch)
                || !NativeLibrary.TryGetExport(torch, "_ZN2at6native17_nnpack_availableEv", out nint available))
            return;
        int before = *(int*)level;
        *(int*)level = ErrorsAlone;
        if (((delegate* unmanaged<byte>)available)() != 0)
            *(int*)level = before;
    }
}
