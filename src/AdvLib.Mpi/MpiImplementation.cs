namespace AdvLib;

/// <summary>A family of MPI libraries that take the same handles.</summary>
public enum MpiImplementation
{
    /// <summary>Open MPI: a handle is the address of an object that the library exports.</summary>
    OpenMpi,

    /// <summary>MPICH and what is built like it (Intel MPI, MVAPICH, Cray MPICH, MS-MPI): a handle is a number.</summary>
    Mpich,
}
