using System.Runtime.InteropServices;

namespace AdvLib;

/// <summary>Messages on their way: a rank that has sent one goes on, whatever the receiver is doing.</summary>
/// <param name="job">Sends them.</param>
internal sealed unsafe class MpiOutbox(MpiJob job)
{
    // Copies, so that the sender may do with its own what it likes. From step to step messages are the same in number and length.
    private readonly List<byte[]> _copies = [];
    private readonly List<nint> _requests = [];

    /// <summary>Sends a message.</summary>
    /// <param name="message">The bytes.</param>
    /// <param name="rank">Who is to receive it.</param>
    public void Send(ReadOnlySpan<byte> message, int rank)
    {
        int place = _requests.Count;
        if (place == _copies.Count)
            _copies.Add([]);
        if (_copies[place].Length < message.Length)
            _copies[place] = GC.AllocateUninitializedArray<byte>(message.Length, pinned: true);
        message.CopyTo(_copies[place]);
        fixed (byte* start = &MemoryMarshal.GetArrayDataReference(_copies[place]))
            _requests.Add(job.BeginSend(start, message.Length, rank));
    }

    /// <summary>Waits until all are gone.</summary>
    public void Empty()
    {
        foreach (nint request in _requests)
            job.EndSend(request);
        _requests.Clear();
    }
}
