namespace AdvLib.Benchmarks;

/// <summary>The three matrix products of a linear layer.</summary>
public enum Pass
{
    /// <summary>Patches times kernel.</summary>
    Forward,

    /// <summary>Transposed patches times output gradient.</summary>
    WeightGradient,

    /// <summary>Output gradient times transposed kernel.</summary>
    InputGradient,
}
