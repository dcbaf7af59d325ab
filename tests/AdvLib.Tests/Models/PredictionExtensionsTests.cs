namespace AdvLib.Tests;

public sealed class PredictionExtensionsTests
{
    private static readonly FakeClassifier Mirror = new(Shape.Vector(3), 3) { Answer = image => image };

    [Fact]
    public void Predictions_are_the_softmax_of_the_logits()
    {
        float[] images = [1, 2, 3, -1, 0, 1, 0, 0, 0];
        float[] found = Mirror.Predict(images);
        for (int i = 0; i < 3; i++)
        {
            double[] exp = [.. images[(i * 3)..((i + 1) * 3)].Select(logit => Math.Exp(logit))];
            for (int c = 0; c < 3; c++)
                Assert.Equal(exp[c] / exp.Sum(), found[i * 3 + c], 1e-7);
        }
    }

    [Fact]
    public void Large_logits_do_not_overflow() => Assert.Equal([1, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f], Mirror.Predict([1000, -1000, 0, -3e38f, -3e38f, -3e38f]));

    [Fact]
    public void A_network_predicts_in_inference_mode_and_stays_as_it_is()
    {
        Sequential model = TestNetworks.SmallCnn(dropout: 0.5f);
        float[] images = TestNetworks.Images(9, model.InputShape), weights = TestNetworks.AllWeights(model);
        float[] found = model.Predict(images);
        Assert.Equal(found, model.Predict(images));
        Assert.Equal(weights, TestNetworks.AllWeights(model));
        for (int i = 0; i < 9; i++)
            Assert.Equal(1, found[(i * 4)..((i + 1) * 4)].Sum(p => (double)p), 1e-6);
        Assert.Empty(model.Predict([]));
    }

    [Fact]
    public void Parts_of_images_are_refused()
    {
        Assert.Throws<ShapeMismatchException>(() => TestNetworks.SmallCnn().Predict(new float[TestNetworks.Small.Size + 1]));
        Assert.Throws<ArgumentNullException>(() => ((IClassifier)null!).Predict([]));
    }
}
