namespace AdvLib;

/// <summary>TorchSharp's assembly, which who references AdvLib.TorchSharp need not have.</summary>
internal static class TorchAssembly
{
    /// <summary>Makes something of TorchSharp's, once libtorch is prepared.</summary>
    /// <typeparam name="T">What is made.</typeparam>
    /// <param name="what">What messages call it, for example <c>The engine 'torchsharp'</c>.</param>
    /// <param name="make">
    /// Makes it. It is not even compiled before it is called, so that it may name TorchSharp's types.
    /// </param>
    /// <returns>What was made.</returns>
    /// <exception cref="EngineUnavailableException">TorchSharp is not there.</exception>
    /// <exception cref="TorchUnavailableException">libtorch does not load.</exception>
    public static T Make<T>(string what, Func<T> make)
    {
        try
        {
            _ = TorchNative.Prepare();
            return make();
        }
        catch (FileNotFoundException missing) when (missing.FileName?.StartsWith(nameof(TorchSharp), StringComparison.Ordinal) == true)
        {
            throw new EngineUnavailableException(
                $"{what} without TorchSharp.dll.", "the package TorchSharp-cpu, or one of TorchSharp's for CUDA.",
                "Reference it; in a notebook: #r \"nuget: TorchSharp-cpu, 0.107.0\"; in the course run dotnet build once.", missing);
        }
    }
}
