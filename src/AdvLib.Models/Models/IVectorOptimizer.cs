namespace AdvLib;

/// <summary>
/// An optimizer that moves weights which lie one after the other in memory, whoever computed their gradients: with it, engines without
/// optimizers of their own train by the same formulas.
/// </summary>
public interface IVectorOptimizer : IOptimizer
{
    /// <summary>Takes one step.</summary>
    /// <param name="weights">All trained weights of a network, always the same number in the same order; moved in place.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <returns>Whether all weights, and what the optimizer remembers, are finite numbers.</returns>
    /// <exception cref="ShapeMismatchException">It began with another number of weights; nothing was moved.</exception>
    bool Step(Span<float> weights, ReadOnlySpan<float> gradients);
}
