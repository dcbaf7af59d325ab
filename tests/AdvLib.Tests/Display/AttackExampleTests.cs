namespace AdvLib.Tests;

public sealed class AttackExampleTests
{
    private static readonly ImageSet Clean = new("clean", Shape.Vector(2), 2, [0f, 2, 3, 0, 0, 1], [1, 0, 0]);
    private static readonly ImageSet Attacked = Clean.WithPixels("attacked", [1, 0, 3, 1, 0.5f, 0.5f]);

    // The pixels are the logits.
    private static readonly FakeClassifier Mirror = new(Shape.Vector(2), 2) { Answer = image => image };

    [Fact]
    public void An_example_tells_what_the_model_said_before_and_after()
    {
        IReadOnlyList<AttackExample> examples = AttackExamples.Of(Mirror, Clean, Attacked, 2, 0, 1);
        Assert.Equal([(0, 1, 0), (1, 1, 0), (0, 0, 0)], examples.Select(example => (example.Label, example.Before, example.After)));
        double[] before = [Sigmoid(1), Sigmoid(2), Sigmoid(3)], after = [0.5, Sigmoid(1), Sigmoid(2)];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(before[i], examples[i].ConfidenceBefore, 1e-6);
            Assert.Equal(after[i], examples[i].ConfidenceAfter, 1e-6);
        }

        Assert.Equal([0, 2], examples[1].Image);
        Assert.Equal([1, 0], examples[1].Adversary);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => AttackExamples.Of(Mirror, Clean, Attacked, 3));
        Assert.Throws<ShapeMismatchException>(() => AttackExamples.Of(Mirror, Clean, Attacked.Take(1), 0));
        Assert.Throws<ArgumentNullException>(() => AttackExamples.Of(null!, Clean, Attacked, 0));
        Assert.Throws<ArgumentNullException>(() => AttackExamples.Of(Mirror, null!, Attacked, 0));
        Assert.Throws<ArgumentNullException>(() => AttackExamples.Of(Mirror, Clean, null!, 0));
        Assert.Empty(AttackExamples.Of(Mirror, Clean, Attacked));
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
