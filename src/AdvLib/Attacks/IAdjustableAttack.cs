namespace AdvLib;

/// <summary>An attack of which training makes one of another strength and another random start for every batch.</summary>
/// <typeparam name="TModel">The least it needs of a model.</typeparam>
public interface IAdjustableAttack<in TModel> : IAttack<TModel>
    where TModel : IClassifier
{
    /// <summary>Largest size of the perturbation, in pixel units of [0, 1].</summary>
    float Epsilon { get; }

    /// <summary>The same attack for one batch. Its steps grow and shrink with epsilon.</summary>
    /// <param name="epsilon">Largest size of the perturbation, in pixel units of [0, 1]; at least 0.</param>
    /// <param name="batch">Number of the batch; another one means other random starts.</param>
    /// <returns>The attack.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    IAttack<TModel> ForBatch(float epsilon, long batch);
}
