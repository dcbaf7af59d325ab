namespace AdvLib;

/// <summary>A checkpoint that cannot be written, is damaged, or belongs to another run.</summary>
public sealed class CheckpointException : AdvLibException
{
    public CheckpointException(string found, string expected, string remedy, Exception? inner = null)
        : base(found, expected, remedy, inner)
    {
    }
}
