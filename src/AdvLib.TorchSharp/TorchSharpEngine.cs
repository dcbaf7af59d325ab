namespace AdvLib;

/// <summary>The engine <c>torchsharp</c>: networks on libtorch, on a CUDA device where libtorch has one, else on the CPU.</summary>
public sealed class TorchSharpEngine : INetworkEngine
{
    /// <summary>What a network and its checkpoints call it.</summary>
    internal const string Name = "torchsharp";

    /// <inheritdoc/>
    /// <exception cref="EngineUnavailableException">TorchSharp is not there.</exception>
    /// <exception cref="TorchUnavailableException">libtorch does not load.</exception>
    public INetwork Build(Network network, ulong seed) => TorchAssembly.Make<INetwork>(
        $"The engine '{Name}'", () => new TorchNetwork(network, seed, TorchSharp.torch.cuda.is_available() ? "cuda" : "cpu"));
}
