namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Lets a cell's output through up to a limit, and says once that it was reached. Both sides have one: the child process, so that
/// nothing huge is sent, and the runner, for what comes past the child's own writers.
/// </summary>
/// <param name="report">Receives what is let through.</param>
internal sealed class OutputBudget(Action<KernelEvent> report)
{
    /// <summary>Characters that a cell may print, and as many that it may show, those around each line and output included.</summary>
    public const int Characters = 10_000_000;

    // What a line or an output takes besides its text, in the file and more so in memory.
    private const int Frame = 32;

    private readonly Dictionary<string, long> _shown = new(StringComparer.Ordinal);
    private long _toPrint = Characters;
    private long _toShow = Characters;
    private bool _cut;

    /// <summary>Passes an event on, shortened, or not at all.</summary>
    /// <param name="kernelEvent">The event.</param>
    public void Report(KernelEvent kernelEvent)
    {
        if (kernelEvent is StreamEvent stream)
        {
            Report(stream);
            return;
        }

        bool fits = kernelEvent switch
        {
            DisplayEvent display => Show(display.Id, display.Data),
            UpdateEvent update => Show(update.Id, update.Data),
            ResultEvent result => Take(ref _toShow, Cost(result.Data)),
            CutEvent => false, // the child has cut: say it once
            _ => true, // no output
        };
        if (fits)
            report(kernelEvent);
        else
            Cut();
    }

    // An update takes the place of what was shown: a training's picture is replaced thousands of times.
    private bool Show(string id, SortedDictionary<string, string> data)
    {
        long cost = Cost(data);
        if (!Take(ref _toShow, cost - _shown.GetValueOrDefault(id)))
            return false;
        _shown[id] = cost;
        return true;
    }

    private void Report(StreamEvent stream)
    {
        string text = stream.Text;
        if (Take(ref _toPrint, Cost(text)))
        {
            report(stream);
            return;
        }

        int end = 0;
        while (end < text.Length && Take(ref _toPrint, text[end] == '\n' ? Frame + 1 : 1))
            end++;
        if (end > 0 && char.IsHighSurrogate(text[end - 1]))
            end--;
        _toPrint = 0;
        if (end > 0)
            report(stream with { Text = text[..end] });
        Cut();
    }

    private void Cut()
    {
        if (!_cut)
            report(new CutEvent());
        _cut = true;
    }

    private static bool Take(ref long left, long cost)
    {
        if (cost > left)
            return false;
        left -= cost;
        return true;
    }

    private static long Cost(string text) => text.Length + ((long)Frame * text.AsSpan().Count('\n'));

    private static long Cost(SortedDictionary<string, string> data) =>
        Frame + data.Sum(entry => Frame + entry.Key.Length + Cost(entry.Value));
}
