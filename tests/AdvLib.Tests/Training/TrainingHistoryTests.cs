using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class TrainingHistoryTests
{
    private static readonly EpochResult[] Epochs = [new(1, 0.5, 0.75, 0.4, 0.8, 1.25), new(2, 0.25, 0.9, 0.3, 0.85, 2.5)];

    [Fact]
    public void It_reads_as_its_epochs()
    {
        var history = new TrainingHistory("Training & more", Epochs, interrupted: false);
        Assert.Equal(3.75, history.Seconds);
        string text = ProcessState.InGerman(history.ToString);
        Assert.Equal(new TrainingCurves("Training & more", Epochs) + "\n3.8 s", text);
        foreach (string part in (string[])["Training & more", "0.5000", "75.00%", "0.3000", "85.00%"])
            Assert.Contains(part, text, StringComparison.Ordinal);
        Assert.EndsWith("\n3.8 s, interrupted", new TrainingHistory("t", Epochs, interrupted: true).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_shows_as_its_curves()
    {
        var curves = new TrainingCurves("Training", Epochs);
        var history = new TrainingHistory("Training", Epochs, interrupted: false);
        Assert.Equal((curves.ToSvg(), curves.ToHtml()), (history.ToSvg(), history.ToHtml()));
    }

    [Fact]
    public void Without_an_epoch_it_says_so()
    {
        var history = new TrainingHistory("Training <1>", [], interrupted: true);
        Assert.Equal(0, history.Seconds);
        Assert.Equal("Training <1>: no epoch completed", history.ToString());
        Assert.Contains("No epoch was completed.", XDocument.Parse(history.ToSvg()).Root!.Value, StringComparison.Ordinal);
    }
}
