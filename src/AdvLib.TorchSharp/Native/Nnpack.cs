using System.Runtime.InteropServices;

namespace AdvLib.Native;

/// <summary>
/// One of the libraries that libtorch convolves with. Where it does not know the processor, as on many virtual machines, libtorch asks it again for
/// each convolution, and writes the same warning each time; there, only libtorch's errors are written.
/// </summary>
internal static unsafe class Nnpack
{
    private const int ErrorsAlone = 2;

    /// <summary>Asks once, in silence.</summary>
    /// <param name="c10">libc10, loaded.</param>
    /// <param name="torch">libtorch_cpu, loaded.</param>
    public static void SilenceWhereMissing(nint c10, nint torch)
    {
        if (!NativeLibrary.TryGetExport(c10, "FLAGS_caffe2_log_level", out nint level) || !NativeLibrary.TryGetExport(torch, "_ZN2at6native17_nnpack_availableEv", out nint available))
            return;
        int before = *(int*)level;
        *(int*)level = ErrorsAlone;
        // libtorch's first warning sets the level anew, from its environment.
        bool works = ((delegate* unmanaged<byte>)available)() != 0;
        *(int*)level = works ? before : ErrorsAlone;
    }
}
