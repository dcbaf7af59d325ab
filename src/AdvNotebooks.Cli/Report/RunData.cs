namespace AdvNotebooks.Cli.Report;

/// <summary>The images that a run was measured on.</summary>
internal static class RunData
{
    /// <summary>Loads them again.</summary>
    /// <param name="card">The run's record.</param>
    /// <returns>The run's own data set, never one in its place.</returns>
    /// <exception cref="MissingArtifactException">It is not at hand.</exception>
    /// <exception cref="AdvLibException">Its files are damaged, or hold fewer images.</exception>
    public static Dataset Load(RunCard card)
    {
        Dataset data = card.LoadDataset();
        return data.Name == card.Dataset
            ? data
            : throw new MissingArtifactException(
                $"The run was on {card.Dataset}, which is not at hand.", "the run's own images.", "Fetch or check MNIST: advnb data.");
    }
}
