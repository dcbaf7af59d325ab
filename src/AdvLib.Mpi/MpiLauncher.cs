using System.Globalization;

namespace AdvLib;

/// <summary>What the program that started this process says of it in the environment.</summary>
internal static class MpiLauncher
{
    // Every Open MPI's mpirun says the first; MPICH's, MS-MPI's and Slurm's PMI say the second.
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";
    private const string PmiSize = "PMI_SIZE";

    // Slurm's PMIx, and whatever else starts processes by it.
    private const string PmixRank = "PMIX_RANK";

    // Open MPI's, MPICH's and Slurm's word for the processes on this machine.
    private static readonly string[] LocalSizes = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_NTASKS_PER_NODE"];

    /// <summary>Whether an MPI launcher started this process, be it as the only one.</summary>
    public static bool IsPresent => Environment.GetEnvironmentVariable(PmixRank) is not null || Size is not null;

    /// <summary>How many processes the launcher started; null when it does not say.</summary>
    public static int? Size =>
        Number(OpenMpiSize) ?? Number(PmiSize);

    /// <summary>How many of them run on this machine; 1 when the launcher does not say.</summary>
    public static int LocalSize => LocalSizes.Select(Number).FirstOrDefault(size => size > 0) ?? 1;

    /// <summary>Whose library fits the launcher, best first. PMI and PMIx serve both kinds, if the library was built for it.</summary>
    public static MpiImplementation[] Fitting =>
        Environment.GetEnvironmentVariable(OpenMpiSize) is not null ? [MpiImplementation.OpenMpi]
        : Environment.GetEnvironmentVariable(PmiSize) is not null ? [MpiImplementation.Mpich, MpiImplementation.OpenMpi]
        : [MpiImplementation.OpenMpi, MpiImplementation.Mpich];

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
