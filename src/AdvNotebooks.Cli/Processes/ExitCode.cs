namespace AdvNotebooks.Cli.Processes;

/// <summary>The program's exit codes.</summary>
internal static class ExitCode
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>A cell failed, or what it needs could not be written.</summary>
    public const int Failure = 1;

    /// <summary>The arguments or a notebook were wrong; nothing ran.</summary>
    public const int Usage = 2;

    /// <summary>What was measured lies below the limit that was asked for.</summary>
    public const int BelowLimit = 3;

    /// <summary>Ended by Ctrl-C: 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
