namespace AdvLib;

/// <summary>A network was to be built by an engine that is unknown, or whose assembly is not there.</summary>
public sealed class EngineUnavailableException(string found, string expected, string remedy, Exception? inner = null)
    : AdvLibException(found, expected, remedy, inner);
