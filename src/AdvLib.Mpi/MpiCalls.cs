using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>
/// The calls that are needed. A handle is a pointer to Open MPI and an int to MPICH; passed as a native integer it is right for both,
/// because every supported calling convention passes either in one register, of which an int is the lower half.
/// </summary>
internal static unsafe partial class MpiCalls
{
    /// <summary>The name that <see cref="MpiLibrary"/> resolves.</summary>
    public const string Library = "mpi";

    [LibraryImport(Library, EntryPoint = "MPI_Initialized")]
    public static partial int Initialized(out int flag);

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    public static partial int Initialize(nint argc, nint argv, int required, out int provided);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    public static partial int Close();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    public static partial int Abort(nint comm, int code);

    [LibraryImport(Library, EntryPoint = "MPI_Get_library_version")]
    public static partial int LibraryVersion(byte* text, out int length);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_rank")]
    public static partial int Rank(nint comm, out int rank);

    [LibraryImport(Library, EntryPoint = "MPI_Comm_size")]
    public static partial int Size(nint comm, out int size);

    [LibraryImport(Library, EntryPoint = "MPI_Barrier")]
    public static partial int Barrier(nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Bcast")]
    public static partial int Broadcast(void* buffer, int count, nint type, int root, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Allgather")]
    public static partial int AllGather(
        nint send, int sendCount, nint sendType, void* receive, int receiveCount, nint receiveType, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Allgatherv")]
    public static partial int AllGather(
        nint send, int sendCount, nint sendType, void* receive, int* receiveCounts, int* receivePlaces, nint receiveType, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Send")]
    public static partial int Send(void* buffer, int count, nint type, int destination, int tag, nint comm);

    [LibraryImport(Library, EntryPoint = "MPI_Isend")]
    public static partial int BeginSend(void* buffer, int count, nint type, int destination, int tag, nint comm, ref nint request);

    [LibraryImport(Library, EntryPoint = "MPI_Wait")]
    public static partial int Wait(ref nint request, int* status);

    [LibraryImport(Library, EntryPoint = "MPI_Recv")]
    public static partial int Receive(void* buffer, int count, nint type, int source, int tag, nint comm, int* status);

    [LibraryImport(Library, EntryPoint = "MPI_Iprobe")]
    public static partial int Probe(int source, int tag, nint comm, out int flag, int* status);
}
