using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>
/// How far an attack is: a bar on a terminal, a line a piece in a log. Pieces that another process does count when they end.
/// </summary>
/// <param name="total">Pieces to do.</param>
internal sealed class AttackProgress(int total) : IProgress<WorkProgress>
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private ProgressTask? _bar;
    private int _done;
    private double _share;

    /// <summary>Shows the work while it runs.</summary>
    /// <param name="live">Whether there is a terminal to draw on.</param>
    /// <param name="work">The work.</param>
    public void Show(bool live, Action work)
    {
        if (!live)
        {
            work();
            return;
        }

        AnsiConsole.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                _bar = context.AddTask("attack", maxValue: 1);
                work();
            });
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        _share = value.Ended ? 0 : value.Share;
        if (_bar is not null)
            (_bar.Description, _bar.Value) = (Markup.Escape($"{value.Part}, {Left()}"), Share);
    }

    /// <summary>Tells that pieces are there.</summary>
    /// <param name="done">How many by now.</param>
    public void PiecesDone(int done)
    {
        (_done, _share) = (done, 0);
        if (_bar is not null)
            _bar.Value = Share;
        else
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_done} of {total} pieces, {Left()}"));
    }

    private double Share => Math.Clamp((_done + _share) / total, 1e-6, 1);

    // At most: attacks end early where images fall.
    private string Left()
    {
        TimeSpan left = Stopwatch.GetElapsedTime(_began) * ((1 / Share) - 1);
        return string.Create(CultureInfo.InvariantCulture, $"about {(int)left.TotalMinutes}:{left.Seconds:00} min left");
    }
}
