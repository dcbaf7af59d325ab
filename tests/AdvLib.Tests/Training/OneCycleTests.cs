// Runs without a cancellation token are what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

public sealed class OneCycleTests
{
    [Fact]
    public void It_rises_to_the_peak_and_falls_to_almost_nothing()
    {
        var cycle = new OneCycle(0.01f) { Rise = 0.4 };
        Assert.Equal(0.0004f, cycle.At(0), 1e-9f);
        Assert.Equal((0.0004f + 0.01f) / 2, cycle.At(0.2), 1e-7f);
        Assert.Equal(0.01f, cycle.At(0.4), 1e-9f);
        Assert.Equal(0.005f, cycle.At(0.7), 1e-6f);
        Assert.Equal(0.01f / 250_000, cycle.At(1), 1e-10f);
        float[] rates = [.. Enumerable.Range(0, 101).Select(i => cycle.At(i / 100.0))];
        Assert.Equal(rates[..41].Order(), rates[..41]);
        Assert.Equal(rates[40..].OrderDescending(), rates[40..]);
        Assert.All(rates, rate => Assert.True(rate > 0));
    }

    [Fact]
    public void The_trainer_sets_the_rate_before_every_step()
    {
        var optimizer = new Adam(0.5f);
        var rates = new List<float>();
        var log = new ProgressLog(report =>
        {
            if (report.Finished is null)
                rates.Add(optimizer.LearningRate);
        });
        var cycle = new OneCycle(0.01f);
        TrainingHistory history = new Trainer(new FakeClassifier(Toy.Shape, 4), optimizer) { Schedule = cycle, Progress = log }.Fit(Toy.Set(20), epochs: 3, batchSize: 5);
        Assert.Equal(Enumerable.Range(0, 12).Select(step => cycle.At(step / 12.0)), rates);
        Assert.Equal("Training with Adam, one cycle to 0.01 in 30% of the run", ProcessState.InGerman(() => history.Title));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_peak_that_is_no_rate_is_refused(float peak) => Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(peak));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void The_rise_is_a_part_of_the_run(double rise) => Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(1) { Rise = rise });
}
