namespace AdvLib;

/// <summary>Why an address did not deliver a file. It stays in the library: the reader is told of all addresses at once.</summary>
/// <param name="reason">What the address did, for a message that begins with it.</param>
/// <param name="mayPass">Whether the same request may succeed soon.</param>
internal sealed class DownloadException(string reason, bool mayPass) : Exception(reason)
{
    public bool MayPass => mayPass;
}
