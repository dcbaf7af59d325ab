using System.Text;

namespace AdvLib;

/// <summary>
/// This process as one of a job that <c>mpirun</c>, <c>mpiexec</c> or <c>srun</c> started. Calls are made from one thread at a time; every
/// rank makes the same ones in the same order, but for <see cref="Send"/>, <see cref="TryReceive"/> and <see cref="Receive"/>.
/// </summary>
/// <remarks>MPI's own error handler stays as it is: a call that fails in the library ends the job, with the library's message.</remarks>
public sealed unsafe class MpiJob : IDisposable
{
    private const int ThreadSerialized = 2;

    // MPI_MAX_LIBRARY_VERSION_STRING is 256 in Open MPI, 8192 in MPICH; an MPI_Status is five or six integers.
    private const int VersionLength = 8192;
    private const int StatusLength = 16;

    private readonly MpiLibrary _library;
    private bool _closed;

    private MpiJob(MpiLibrary library)
    {
        _library = library;
        Check(MpiCalls.Initialized(out int before), "MPI_Initialized");
        if (before != 0)
            throw new MpiException("MPI was started in this process before.", "one job a process.", "Pass the one MpiJob around.");
        Check(MpiCalls.Initialize(0, 0, ThreadSerialized, out int provided), "MPI_Init_thread");
        Check(MpiCalls.Rank(library.World, out int rank), "MPI_Comm_rank");
        Check(MpiCalls.Size(library.World, out int size), "MPI_Comm_size");
        Share = new Share(rank, size);
        Version = ReadVersion();
        if (provided < ThreadSerialized)
            throw new MpiException($"{Version} with thread support {provided}.",
                "at least MPI_THREAD_SERIALIZED, as .NET moves work between threads.",
                "Use an MPI library built with threads; all of the last ten years are.");
        if (MpiLauncher.Size is { } started && started != size)
            throw new MpiException(
                $"{started} processes were started, and {library.Name} ({Version}) sees {size}.", "the library of the launcher.",
                $"Start with the mpirun of that library, or name the launcher's in {MpiLibrary.PathVariable}.");
    }

    /// <summary>Whether an MPI launcher started this process together with others; where it is false, MPI is not needed.</summary>
    public static bool IsLaunched => MpiLauncher.IsPresent && MpiLauncher.Size is not 1;

    /// <summary>How many processes of the job run on this machine, as the launcher says; 1 when it does not.</summary>
    public static int LocalRanks => MpiLauncher.LocalSize;

    /// <summary>
    /// How many ranks share each core that this one may run on: all of this machine's, unless the launcher has bound each to cores of
    /// its own.
    /// What <see cref="Environment.ProcessorCount"/> says, divided by it, are the threads of a rank.
    /// </summary>
    public static int RanksPerCore => MpiCores.Sharing(LocalRanks);

    /// <summary>This rank and the number of ranks.</summary>
    public Share Share { get; }

    /// <summary>The library, for example <c>Open MPI v4.1.4</c>.</summary>
    public string Version { get; }

    /// <summary>The library's family.</summary>
    public MpiImplementation Implementation => _library.Implementation;

    /// <summary>Joins the job, once in a process's life.</summary>
    /// <returns>The job; dispose it to leave, together with the other ranks.</returns>
    /// <exception cref="MpiException">No MPI library is installed, or not the launcher's, or MPI was started already.</exception>
    public static MpiJob Start() => new(MpiLibrary.Current);

    /// <summary>Waits until every rank is here.</summary>
    public void Barrier() => Check(MpiCalls.Barrier(_library.World), "MPI_Barrier");

    /// <summary>Gives every rank what one of them has.</summary>
    /// <param name="bytes">As many bytes on every rank.</param>
    /// <param name="rank">The rank that gives.</param>
    public void Broadcast(Span<byte> bytes, int rank = 0)
    {
        fixed (byte* start = bytes)
            Check(MpiCalls.Broadcast(start, bytes.Length, _library.Bytes, rank, _library.World), "MPI_Bcast");
    }

    /// <summary>Shows every rank each one's block.</summary>
    /// <param name="blocks">A block a rank, all of the same length; this rank's own is given.</param>
    public void Gather(Span<byte> blocks)
    {
        int length = blocks.Length / Share.Ranks;
        fixed (byte* start = blocks)
            Check(MpiCalls.AllGather(_library.InPlace, 0, _library.Bytes, start, length, _library.Bytes, _library.World), "MPI_Allgather");
    }

    /// <summary>Shows every rank each one's part, of any length.</summary>
    /// <param name="all">All parts; this rank's own is given.</param>
    /// <param name="lengths">Bytes of each rank's part.</param>
    /// <param name="places">Where each begins.</param>
    internal void Gather(Span<byte> all, ReadOnlySpan<int> lengths, ReadOnlySpan<int> places)
    {
        fixed (byte* start = all)
        fixed (int* counts = lengths, offsets = places)
            Check(MpiCalls.AllGather(_library.InPlace, 0, _library.Bytes, start, counts, offsets, _library.Bytes, _library.World),
                "MPI_Allgatherv");
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The bytes.</param>
    /// <param name="rank">Who is to receive it.</param>
    public void Send(ReadOnlySpan<byte> message, int rank)
    {
        fixed (byte* start = message)
            Check(MpiCalls.Send(start, message.Length, _library.Bytes, rank, 0, _library.World), "MPI_Send");
    }

    /// <summary>Begins to send a message.</summary>
    /// <param name="message">The bytes, which neither move nor change until <see cref="EndSend"/>.</param>
    /// <param name="length">Their number.</param>
    /// <param name="rank">Who is to receive it.</param>
    /// <returns>What <see cref="EndSend"/> takes.</returns>
    internal nint BeginSend(void* message, int length, int rank)
    {
        nint request = 0;
        Check(MpiCalls.BeginSend(message, length, _library.Bytes, rank, 0, _library.World, ref request), "MPI_Isend");
        return request;
    }

    /// <summary>Waits until a message no longer needs its memory.</summary>
    /// <param name="request">What <see cref="BeginSend"/> has returned.</param>
    internal void EndSend(nint request)
    {
        int* status = stackalloc int[StatusLength];
        Check(MpiCalls.Wait(ref request, status), "MPI_Wait");
    }

    /// <summary>Waits for a message of a rank.</summary>
    /// <param name="message">Room for it; exactly as long as what is sent.</param>
    /// <param name="rank">The sender.</param>
    public void Receive(Span<byte> message, int rank)
    {
        int* status = stackalloc int[StatusLength];
        fixed (byte* start = message)
            Check(MpiCalls.Receive(start, message.Length, _library.Bytes, rank, 0, _library.World, status), "MPI_Recv");
    }

    /// <summary>Receives a message if one has come, from whatever rank.</summary>
    /// <param name="message">Room for it; exactly as long as what is sent.</param>
    /// <returns>The sender; null when none has come.</returns>
    public int? TryReceive(Span<byte> message)
    {
        int* status = stackalloc int[StatusLength];
        Check(MpiCalls.Probe(_library.AnySource, _library.AnyTag, _library.World, out int flag, status), "MPI_Iprobe");
        if (flag == 0)
            return null;
        int sender = status[_library.SourceField];
        Receive(message, sender);
        return sender;
    }

    /// <summary>Ends all ranks of the job, this process included.</summary>
    /// <param name="exitCode">The job's exit code, 1 to 255.</param>
    public void Abort(int exitCode) => Check(MpiCalls.Abort(_library.World, exitCode), "MPI_Abort");

    /// <summary>Leaves the job, when all ranks do.</summary>
    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        Check(MpiCalls.Close(), "MPI_Finalize");
    }

    private static void Check(int code, string call)
    {
        if (code != 0)
            throw new MpiException($"{call} failed with code {code}.", "success.", "See what the library has written to standard error.");
    }

    // The first line says the name and the version: "Open MPI v4.1.4, package: ..." or "MPICH Version:\t4.0.2\nMPICH Release date: ...".
    private static string ReadVersion()
    {
        byte* text = stackalloc byte[VersionLength];
        Check(MpiCalls.LibraryVersion(text, out int length), "MPI_Get_library_version");
        string first = Encoding.UTF8.GetString(text, length).Split('\n', ',')[0];
        return string.Join(' ', first.Replace("Version:", "", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('\0');
    }
}
