using AdvLib.Numerics;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Report;

/// <summary>Makes the report of what lies in an artifacts folder.</summary>
/// <param name="artifacts">The folder.</param>
internal sealed class RunReportFiles(string artifacts)
{
    private const int ExploredDigits = 8;

    /// <summary>Reads record, networks and executed notebooks, and writes the page.</summary>
    /// <param name="links">Further links for the top of the page.</param>
    /// <returns>The page.</returns>
    /// <exception cref="MissingArtifactException">There is no record yet.</exception>
    /// <exception cref="AdvLibException">A file is damaged.</exception>
    public string Create(params IReadOnlyList<(string Address, string Name)> links)
    {
        RunCard card = OpenCard(artifacts);
        return ReportPage.Create(card, Notebooks(), Explorer(card), links);
    }

    /// <summary>Opens the record of the last run.</summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <returns>The record.</returns>
    /// <exception cref="MissingArtifactException">There is none yet.</exception>
    /// <exception cref="DataFileException">It is damaged.</exception>
    public static RunCard OpenCard(string artifacts)
    {
        string path = Path.Combine(artifacts, "run.json");
        return File.Exists(path)
            ? RunCard.Open(path)
            : throw new MissingArtifactException(
                "There is no artifacts/run.json yet.", "the record of a run.", "Run `advnb run` first.");
    }

    /// <summary>
    /// What the page is made of: name, length and time of every file. A run that goes on writes notebooks and networks after its
    /// record; a file
    /// that is removed, or put there with the time it had elsewhere, changes the page too.
    /// </summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <returns>A text that differs when a file does.</returns>
    public static string Signature(string artifacts) => string.Join('|', NotebooksIn(artifacts)
        .Concat(Directory.GetFiles(artifacts, "*.safetensors")).Append(Path.Combine(artifacts, "run.json")).Order(StringComparer.Ordinal)
        .Select(path => new FileInfo(path)).Where(file => file.Exists)
        .Select(file => FormattableString.Invariant($"{file.Name} {file.Length} {file.LastWriteTimeUtc.Ticks}")));

    private static string[] NotebooksIn(string artifacts)
        => Path.Combine(artifacts, "notebooks") is var folder && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.ipynb") : [];

    private List<Notebook> Notebooks() => [.. NotebooksIn(artifacts).Order(StringComparer.Ordinal).Select(Notebook.Load)];

    // Without the run's networks or data there is nothing to explore: the page says why.
    private string Explorer(RunCard card)
    {
        try
        {
            if (new[] { RunNetwork.Baseline, RunNetwork.Mixed }.FirstOrDefault(network => !card.Holds(network.Notebook)) is { } missing)
                throw new MissingArtifactException(
                    $"The record holds no part of {missing.Notebook}.", "both networks of the recipe.", $"Run {missing.Notebook} first.");
            ImageSet test = RunData.Load(card).Test;
            Sequential baseline = RunNetwork.Baseline.Load(artifacts, test, ThreadTeam.Shared);
            Sequential mixed = RunNetwork.Mixed.Load(artifacts, test, ThreadTeam.Shared);
            return EpsilonExplorer.Create(baseline, mixed, test.Take(Math.Min(ExploredDigits, test.Count))).ToHtml();
        }
        catch (AdvLibException missing)
        {
            return $"<p class=\"card\">There is no explorer here. {Show.Escape(missing.Message)}</p>\n";
        }
    }
}
