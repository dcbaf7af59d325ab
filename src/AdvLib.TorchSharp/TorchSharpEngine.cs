using System.Runtime.CompilerServices;

namespace AdvLib;

/// <summary>The engine <c>torchsharp</c>: networks on libtorch, on a CUDA device where libtorch has one, else on the CPU.</summary>
public sealed class TorchSharpEngine : INetworkEngine
{
    /// <summary>What a network and its checkpoints call it.</summary>
    internal const string Name = "torchsharp";

    /// <inheritdoc/>
    /// <exception cref="TorchUnavailableException">libtorch does not load.</exception>
    public INetwork Build(Network network, ulong seed)
    {
        try
        {
            return Make(network, seed);
        }
        catch (FileNotFoundException exception)
        {
            throw new EngineUnavailableException(
                $"The engine '{Name}' without TorchSharp.dll.", "the package TorchSharp-cpu, or one of TorchSharp's for CUDA.",
                "Reference it; in a notebook: #r \"nuget: TorchSharp-cpu, 0.107.0\".", exception);
        }
    }

    // By itself, because what names TorchSharp's types is not even compiled where that assembly is missing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchNetwork Make(Network network, ulong seed)
    {
        _ = TorchNative.Prepare();
        return new TorchNetwork(network, seed, TorchSharp.torch.cuda.is_available() ? "cuda" : "cpu");
    }
}
