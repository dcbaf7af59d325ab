using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>The MPI library of this process: found, loaded and told apart once, with what its headers define.</summary>
internal sealed class MpiLibrary
{
    /// <summary>The environment variable that names a library, where it is not found by its usual names.</summary>
    public const string PathVariable = "ADVLIB_MPI";

    private const string Install =
        "Install one: `apt install openmpi-bin` or `apt install mpich` (Debian, Ubuntu), `dnf install openmpi`, `brew install open-mpi`, "
            + "MS-MPI on Windows, `module load` on a cluster; or name the library in " + PathVariable + ".";

    private static readonly Lazy<MpiLibrary> Loaded = new(() =>
    {
        MpiLibrary library = Find();
        NativeLibrary.SetDllImportResolver(typeof(MpiLibrary).Assembly, (name, _, _) => name == MpiCalls.Library ? library._handle : 0);
        return library;
    });

    private readonly nint _handle;

    private MpiLibrary(string name, nint handle)
    {
        Name = name;
        _handle = handle;
        if (NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out nint world))
        {
            // Open MPI's mpi.h: handles are the addresses of exported objects.
            (Implementation, World, Bytes) = (MpiImplementation.OpenMpi, world, NativeLibrary.GetExport(handle, "ompi_mpi_byte"));
            (InPlace, AnySource, AnyTag, SourceField) = (1, -1, -1, 0);
        }
        else
        {
            // MPICH's mpi.h, whose numbers its relatives have kept for binary compatibility; MS-MPI's are the same.
            (Implementation, World, Bytes) = (MpiImplementation.Mpich, 0x44000000, 0x4c00010d);
            (InPlace, AnySource, AnyTag, SourceField) = (-1, -2, -1, 2);
        }
    }

    /// <summary>The library that fits this process's launcher, loaded by the first call.</summary>
    /// <exception cref="MpiException">There is none.</exception>
    public static MpiLibrary Current => Loaded.Value;

    /// <summary>The file it was loaded from, as it was asked for.</summary>
    public string Name { get; }

    /// <summary>Its family.</summary>
    public MpiImplementation Implementation { get; }

    /// <summary>MPI_COMM_WORLD.</summary>
    public nint World { get; }

    /// <summary>MPI_BYTE, the only data type: whatever is added up is added up here, in an order of our own.</summary>
    public nint Bytes { get; }

    /// <summary>MPI_IN_PLACE.</summary>
    public nint InPlace { get; }

    /// <summary>MPI_ANY_SOURCE.</summary>
    public int AnySource { get; }

    /// <summary>MPI_ANY_TAG.</summary>
    public int AnyTag { get; }

    /// <summary>Where among an MPI_Status's integers the sender stands.</summary>
    public int SourceField { get; }

    // A bare libmpi may be anybody's: it is looked at after the names that are somebody's own.
    private static string[] Names(MpiImplementation implementation) =>
        OperatingSystem.IsWindows() ? (implementation == MpiImplementation.Mpich ? ["msmpi.dll"] : [])
        : (implementation, OperatingSystem.IsMacOS()) switch
        {
            (MpiImplementation.OpenMpi, false) => ["libmpi.so.40", "libmpi.so"],
            (MpiImplementation.OpenMpi, true) => ["libmpi.40.dylib", "libmpi.dylib"],
            (_, false) => ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"],
            (_, true) => ["libmpi.12.dylib", "libmpi.dylib"],
        };

    private static MpiLibrary Find()
    {
        MpiImplementation[] fitting = MpiLauncher.Fitting;
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
        {
            return Open(path) is { } named
                ? named
                : throw new MpiException($"{PathVariable} is '{path}', which is no MPI library or does not load.",
                    "the path of Open MPI's libmpi, MPICH's libmpich or libmpi, or msmpi.dll.",
                    "Correct it, or unset it to use the usual names.");
        }

        foreach (MpiImplementation implementation in fitting)
        {
            foreach (string name in Names(implementation))
            {
                if (Open(name) is not { } library)
                    continue;
                if (library.Implementation == implementation)
                    return library;
                NativeLibrary.Free(library._handle);
            }
        }

        string wanted = string.Join(
            " or ", fitting.Select(implementation => implementation == MpiImplementation.OpenMpi ? "Open MPI" : "MPICH"));
        throw new MpiException(
            $"No MPI library: {string.Join(", ", fitting.SelectMany(Names))} are not there.",
            $"that of {wanted}{(MpiLauncher.IsPresent ? ", which fits the launcher of this process" : "")}.", Install);
    }

    private static MpiLibrary? Open(string name)
    {
        if (!NativeLibrary.TryLoad(name, out nint handle))
            return null;
        if (NativeLibrary.TryGetExport(handle, "MPI_Init_thread", out _))
            return new MpiLibrary(name, handle);
        NativeLibrary.Free(handle);
        return null;
    }
}
