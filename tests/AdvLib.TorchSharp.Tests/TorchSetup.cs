using System.Runtime.CompilerServices;

// libtorch's threads and its count of tensors are the process's.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace AdvLib.TorchSharp.Tests;

/// <summary>
/// Tests make modules of TorchSharp's before anything of AdvLib is asked for; where libtorch does not load, all of them fail, and say
/// why.
/// </summary>
internal static class TorchSetup
{
    /// <summary>What preparing said.</summary>
    public static string Message { get; private set; } = "";

    [ModuleInitializer]
    internal static void Prepare() => Message = TorchNative.Prepare();
}
