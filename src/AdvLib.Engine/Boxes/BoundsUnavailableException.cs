namespace AdvLib;

/// <summary>A network was to be bounded, or trained on its bounds, that has a layer for which that is not done here.</summary>
public sealed class BoundsUnavailableException(string found, string expected, string remedy)
    : AdvLibException(found, expected, remedy);
