namespace AdvLib.Tests;

public sealed class LossTests
{
    private static readonly float[] Logits = [1, 5, -2, 3, 2];

    [Fact]
    public void The_margin_is_above_0_exactly_where_the_image_is_misclassified()
    {
        Assert.Equal(-2, Value(Loss.CwMargin, 1));
        Assert.Equal(2, Value(Loss.CwMargin, 3));
        Assert.Equal(4, Value(Loss.CwMargin, 0));
    }

    [Fact]
    public void The_ratio_knows_neither_scale_nor_shift()
    {
        Assert.Equal(-2f / 3, Value(new Dlr(), 1), 1e-6f);
        Assert.Equal(4f / 3, Value(new Dlr(), 0), 1e-6f);
        float[] other = [.. Logits.Select(z => 1000 * z - 7)];
        Assert.Equal(-2f / 3, new Dlr().Evaluate(other, 1, new float[5]), 1e-5f);

        // A softmax of these logits is 1 and 0: cross-entropy has no gradient left, DLR has.
        var gradient = new float[5];
        Loss.CrossEntropy.Evaluate(other, 1, gradient);
        Assert.All(gradient, g => Assert.Equal(0, g));
        new Dlr().Evaluate(other, 1, gradient);
        Assert.Contains(gradient, g => g != 0);
    }

    [Fact]
    public void Targeted_losses_hold_a_class_for_every_image()
    {
        var loss = new TargetedDlr(3, 2, 0);
        Assert.Equal([-2 / 3.5f, -7 / 3.5f, -4 / 3.5f], Enumerable.Range(0, 3).Select(i => loss.EvaluateAt(i, Logits, 1, new float[5])));
        Loss some = loss.Select([2, 0]);
        Assert.Equal([-4 / 3.5f, -2 / 3.5f], Enumerable.Range(0, 2).Select(i => some.EvaluateAt(i, Logits, 1, new float[5])));
        var dlr = new Dlr();
        Assert.Same(dlr, dlr.Select([1]));
    }

    [Fact]
    public void The_divergence_from_the_models_own_answer_is_0()
    {
        Sequential model = TestNetworks.SmallCnn();
        float[] images = TestNetworks.Images(300, model.InputShape);
        float[] logits = TestNetworks.LogitsOf(model, images);
        var loss = new KullbackLeibler(model.Predict(images), 4);
        var gradient = new float[4];
        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(0, loss.EvaluateAt(i, logits.AsSpan(i * 4, 4), 0, gradient), 1e-6f);
            Assert.All(gradient, g => Assert.Equal(0, g, 1e-6f));
        }

        // An engine tells the loss which image it asks about, also beyond its own batches: nothing to raise anywhere.
        var slopes = new float[images.Length];
        model.InputGradient(images, new int[300], loss, slopes);
        Assert.All(slopes, slope => Assert.Equal(0, slope, 1e-5f));
        model.InputGradient(images, new int[300], loss.Select([.. Enumerable.Range(1, 299), 0]), slopes);
        Assert.Contains(slopes, slope => Math.Abs(slope) > 1e-3f);
    }

    [Fact]
    public void Ratios_want_enough_classes()
    {
        Assert.Throws<ShapeMismatchException>(() => new Dlr().Evaluate([1, 2], 0, new float[2]));
        Assert.Throws<ShapeMismatchException>(() => new TargetedDlr(0).Evaluate([1, 2, 3], 0, new float[3]));
    }

    [Fact]
    public void Equal_logits_give_no_NaN()
    {
        var gradient = new float[5];
        foreach (Loss loss in (Loss[])[Loss.CwMargin, new Dlr(), new TargetedDlr(2)])
        {
            Assert.Equal(0, loss.Evaluate(new float[5], 1, gradient));
            Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
        }
    }

    private static float Value(Loss loss, int label) => loss.Evaluate(Logits, label, new float[5]);
}
