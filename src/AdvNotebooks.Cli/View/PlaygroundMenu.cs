namespace AdvNotebooks.Cli.View;

/// <summary>What the playground's page offers.</summary>
/// <param name="Images">Name of the set that the sample digits are from.</param>
/// <param name="Height">Rows of a digit.</param>
/// <param name="Width">Columns of a digit.</param>
/// <param name="Channels">Values a pixel.</param>
/// <param name="Classes">Number of classes.</param>
/// <param name="DrawingSide">Rows and columns of a drawing.</param>
/// <param name="MostEpsilon">The largest epsilon.</param>
/// <param name="Networks">The networks.</param>
/// <param name="Attacks">The attacks.</param>
/// <param name="Samples">The sample digits.</param>
internal sealed record PlaygroundMenu(
    string Images, int Height, int Width, int Channels, int Classes, int DrawingSide, float MostEpsilon,
    IReadOnlyList<PlaygroundMenu.Choice> Networks, IReadOnlyList<PlaygroundMenu.Choice> Attacks,
    IReadOnlyList<PlaygroundMenu.Digit> Samples)
{
    /// <summary>Something to choose.</summary>
    /// <param name="Key">Its name in requests.</param>
    /// <param name="Name">Its name for readers.</param>
    /// <param name="About">What it is, or why it is not there.</param>
    /// <param name="Ready">Whether it can be chosen.</param>
    internal sealed record Choice(string Key, string Name, string About, bool Ready);

    /// <summary>A sample digit.</summary>
    /// <param name="Label">Its class.</param>
    /// <param name="Pixels">Its pixels, NHWC, in [0, 1].</param>
    internal sealed record Digit(int Label, float[] Pixels);
}
