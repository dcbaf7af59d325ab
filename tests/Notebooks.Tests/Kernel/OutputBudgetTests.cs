using AdvLib;
using AdvNotebooks.Cli.Kernel;

namespace AdvNotebooks.Tests.Kernel;

public sealed class OutputBudgetTests
{
    private readonly List<KernelEvent> _passed = [];
    private readonly OutputBudget _budget;

    public OutputBudgetTests() => _budget = new OutputBudget(_passed.Add);

    [Fact]
    public void Text_is_cut_within_the_limit_and_the_notice_comes_once()
    {
        string text = string.Concat(Enumerable.Repeat("0123456789", OutputBudget.Characters / 20));
        for (int i = 0; i < 5; i++)
            _budget.Report(new StreamEvent(i % 2 == 0 ? "stdout" : "stderr", text));
        Assert.Equal(["0123456789", "0123456789"], _passed.OfType<StreamEvent>().Select(stream => stream.Text[..10]));
        Assert.Equal(OutputBudget.Characters, _passed.OfType<StreamEvent>().Sum(stream => stream.Text.Length));
        Assert.Same(_passed[^1], Assert.Single(_passed.OfType<CutEvent>()));
    }

    [Fact]
    public void Short_lines_take_more_than_their_text_as_they_do_in_the_file()
    {
        _budget.Report(new StreamEvent("stdout", new string('\n', OutputBudget.Characters)));
        Assert.InRange(Assert.IsType<StreamEvent>(_passed[0]).Text.Length, OutputBudget.Characters / 50, OutputBudget.Characters / 20);
        Assert.IsType<CutEvent>(_passed[1]);
    }

    [Fact]
    public void A_letter_of_two_parts_is_not_cut_in_two()
    {
        _budget.Report(new StreamEvent("stdout", "." + string.Concat(Enumerable.Repeat("😀", OutputBudget.Characters / 2))));
        string text = Assert.IsType<StreamEvent>(_passed[0]).Text;
        Assert.Equal(OutputBudget.Characters - 1, text.Length);
        Assert.True(char.IsLowSurrogate(text[^1]));
    }

    [Fact]
    public void What_is_too_large_to_show_is_dropped_and_the_rest_still_comes()
    {
        _budget.Report(Shown("1", OutputBudget.Characters));
        _budget.Report(new ResultEvent(new() { ["text/plain"] = new string('x', OutputBudget.Characters) }));
        _budget.Report(Shown("2", 10));
        _budget.Report(new StreamEvent("stdout", "text"));
        _budget.Report(new ResultEvent(new() { ["text/plain"] = "value" }));
        Assert.Equal(["CutEvent", "DisplayEvent", "StreamEvent", "ResultEvent"], _passed.Select(passed => passed.GetType().Name));
    }

    [Fact]
    public void What_is_no_output_passes_also_after_a_cut()
    {
        KernelEvent[] events = [new ProgressEvent(new TrainingProgress()), new WorkEvent(new WorkProgress())];
        foreach (KernelEvent kernelEvent in events)
            _budget.Report(kernelEvent);
        Assert.Equal(events, _passed);
        _budget.Report(new CutEvent());
        _budget.Report(new CutEvent());
        foreach (KernelEvent kernelEvent in events)
            _budget.Report(kernelEvent);
        Assert.Equal(["CutEvent", "ProgressEvent", "WorkEvent"], _passed.Skip(2).Select(passed => passed.GetType().Name));
    }

    // A training's picture is replaced ten times a second, for hours.
    [Fact]
    public void An_update_takes_the_place_of_what_was_shown()
    {
        _budget.Report(Shown("1", 1000));
        for (int i = 0; i < OutputBudget.Characters / 100; i++)
            _budget.Report(new UpdateEvent("1", new() { ["text/plain"] = "0123456789".PadRight(1000) }));
        Assert.DoesNotContain(_passed, passed => passed is CutEvent);
        _budget.Report(new UpdateEvent("1", new() { ["text/plain"] = new string('x', OutputBudget.Characters) }));
        Assert.IsType<CutEvent>(_passed[^1]);
    }

    private static DisplayEvent Shown(string id, int length) => new(id, new() { ["text/plain"] = new string('x', length) });
}
