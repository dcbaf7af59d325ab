namespace AdvLib;

/// <summary>The built-in engine: managed SIMD code on the CPU, the same bits on any number of threads.</summary>
public sealed class BuiltInEngine : INetworkEngine
{
    /// <inheritdoc/>
    public INetwork Build(Network network, ulong seed) => new Sequential(network, seed);
}
