namespace AdvLib;

/// <summary>
/// What builds models from descriptions. An engine lives in an assembly of its own, which AdvLib does not reference and finds by name; its
/// implementation has a constructor without parameters.
/// </summary>
public interface INetworkEngine
{
    /// <summary>Builds a model with fresh weights.</summary>
    /// <param name="network">What to build.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="threads">Threads to compute on, at least 1; null for as many as the engine takes by itself.</param>
    /// <returns>The model.</returns>
    INetwork Build(Network network, ulong seed, int? threads);
}
