namespace AdvNotebooks.Benchmarks;

/// <summary>What to measure.</summary>
public enum BenchmarkKind
{
    /// <summary>Training steps, mixed steps, evaluation and FGSM, and the first step of new processes.</summary>
    Steps,

    /// <summary>Where the time of a step goes, kernel by kernel, against the measured peak.</summary>
    Profile,

    /// <summary>A training step on more and more threads, and passes over more and more images.</summary>
    Scaling,

    /// <summary>The whole recipe: seconds, memory, results.</summary>
    Recipe,

    /// <summary>Training on the ranks of an MPI job, and a model of larger jobs.</summary>
    Mpi,

    /// <summary>Attacks on the ranks of an MPI job, and a model of larger jobs.</summary>
    Attack,
}
