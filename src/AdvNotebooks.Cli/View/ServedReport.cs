using AdvNotebooks.Cli.Report;

namespace AdvNotebooks.Cli.View;

/// <summary>The report's page, made again when a run has changed what it is made of.</summary>
internal sealed class ServedReport
{
    private readonly Lock _gate = new();
    private readonly string _artifacts;
    private string _seen = "";
    private string _page = "";

    /// <summary>Makes the page.</summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <exception cref="MissingArtifactException">There is no record yet.</exception>
    /// <exception cref="AdvLibException">A file is damaged.</exception>
    public ServedReport(string artifacts)
    {
        _artifacts = artifacts;
        Read();
    }

    /// <summary>The page of the record as it is now.</summary>
    /// <returns>HTML.</returns>
    /// <exception cref="AdvLibException">A file is damaged.</exception>
    public string Read()
    {
        lock (_gate)
        {
            // Looked at first: what a run writes while the page is made is seen the next time.
            string seen = RunReportFiles.Signature(_artifacts);
            if (seen != _seen)
                (_page, _seen) = (new RunReportFiles(_artifacts).Create(("/playground", "Playground")), seen);
            return _page;
        }
    }
}
