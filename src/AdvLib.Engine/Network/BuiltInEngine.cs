using AdvLib.Numerics;

namespace AdvLib;

/// <summary>The built-in engine: managed SIMD code on the CPU, the same bits on any number of threads.</summary>
public sealed class BuiltInEngine : INetworkEngine
{
    /// <inheritdoc/>
    public INetwork Build(Network network, ulong seed, int? threads) =>
        threads is { } some ? new Sequential(network, seed, new ThreadTeam(some)) : new Sequential(network, seed);
}
