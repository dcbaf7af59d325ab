using AdvLib;
using AdvNotebooks.Cli.Notebooks;
using AdvNotebooks.Cli.Runner;
using AdvNotebooks.Cli.Ui;
using Spectre.Console;

namespace AdvNotebooks.Tests.Ui;

public sealed class ReportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _screen = new();
    private readonly TextWriter _shared;

    public ReportTests() => _shared = TextWriter.Synchronized(_screen);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_plain_reporter_writes_a_line_for_start_epoch_and_end()
    {
        await Report(new PlainReporter(_screen));
        Assert.Equal(
            [
                "[1/2] a.ipynb: 2 cells", "[1/2]   epoch 1/2: loss 0.5000, accuracy 90.00%, validation accuracy 95.00%, 1.5 s, 320 images/s, ETA 1:00",
                "[1/2]   report: PGD: 25%, 1,234 images/s, at most 1:33 min left", "[1/2]   report: 62.0 s", "[1/2] a.ipynb: ok, 2.0 s",
            ],
            _screen.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task The_live_reporter_shows_notebook_cell_step_and_time_left()
    {
        await Report(new LiveReporter(AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new WideOutput(_shared) })));
        string text = _screen.ToString();
        foreach (string part in new[] { "notebook 1 of 2", "cell 2 of 2", "epoch 1 of 2, step 5 of 10", "ETA 1:05", "320 images/s", "report: PGD", "at most 1:33 min left", "a.ipynb" })
            Assert.Contains(part, text, StringComparison.Ordinal);
    }

    private async Task Report(IRunReporter reporter)
    {
        Notebook notebook = Notebook.Load(TestNotebook.Write(_folder, "a.ipynb", "1", "2"));
        var run = new NotebookRun(notebook, "");
        await reporter.ShowAsync(async () =>
        {
            reporter.NotebookStarted(run, 1, 2);
            reporter.CellStarted(1, 2);
            reporter.CellStarted(2, 2);
            reporter.Training(new TrainingProgress(1, 2, 5, 10, 0.5, 0.9, 320, TimeSpan.FromSeconds(65), null));

            // The screen is refreshed in the background: until the line is drawn, or for half a minute.
            for (int wait = 0; wait < 300 && reporter is LiveReporter && !Drawn("step 5 of 10"); wait++)
                await Task.Delay(100, TestContext.Current.CancellationToken);
            reporter.Training(new TrainingProgress(1, 2, 10, 10, 0.5, 0.9, 320, TimeSpan.FromSeconds(60), new EpochResult(1, 0.5, 0.9, 0.1, 0.95, 1.5)));

            // A line half a minute, and one in the end of what took two seconds.
            reporter.Working(Work(31));
            for (int wait = 0; wait < 300 && reporter is LiveReporter && !Drawn("at most 1:33"); wait++)
                await Task.Delay(100, TestContext.Current.CancellationToken);
            reporter.Working(Work(45));
            reporter.Working(Work(62, ended: true));
            reporter.Working(Work(1.5, ended: true));
            reporter.NotebookEnded(new NotebookResult(run, 2, TimeSpan.FromSeconds(2), null));
        });
    }

    private static WorkProgress Work(double seconds, bool ended = false) =>
        new("report", ended ? "" : "PGD", ended ? 1 : 0.25, 1234, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(93), ended);

    private bool Drawn(string text)
    {
        // A synchronized writer locks itself.
        lock (_shared)
            return _screen.ToString().Contains(text, StringComparison.Ordinal);
    }

    private string Render(Table table)
    {
        AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new WideOutput(_shared) }).Write(table);
        return _screen.ToString();
    }

    private sealed class WideOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => 160;

        public int Height => 40;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
