namespace AdvLib;

/// <summary>The engine <c>torchsharp</c>: networks on libtorch, on a CUDA device where libtorch has one, else on the CPU.</summary>
public sealed class TorchSharpEngine : INetworkEngine
{
    /// <summary>What a network and its checkpoints call it.</summary>
    internal const string Name = Network.TorchSharpEngine;

    /// <inheritdoc/>
    /// <remarks>libtorch's threads are the process's: the last network that asks for a number of them decides.</remarks>
    /// <exception cref="EngineUnavailableException">TorchSharp is not there.</exception>
    /// <exception cref="TorchUnavailableException">libtorch does not load.</exception>
    public INetwork Build(Network network, ulong seed, int? threads) => TorchAssembly.Make<INetwork>($"The engine '{Name}'", () =>
    {
        var model = new TorchNetwork(network, seed, TorchSharp.torch.cuda.is_available() ? "cuda" : "cpu");
        if (threads is { } some)
            TorchSharp.torch.set_num_threads(some);
        return model;
    });
}
