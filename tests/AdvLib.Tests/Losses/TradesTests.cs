namespace AdvLib.Tests;

public sealed class TradesTests
{
    private static readonly float[] Logits = [1, 5, -2, 3, 2, 0, 1, 4, 1, 0];

    [Fact]
    public void Without_weight_it_is_the_clean_images_cross_entropy()
    {
        var (expected, found) = (new float[5], new float[10]);
        float loss = new Trades(0).EvaluateBatch(Logits, [3, 3], found);
        Assert.Equal(Loss.CrossEntropy.EvaluateBatch(Logits.AsSpan(0, 5), [3], expected), loss, 1e-6f);
        Assert.Equal([.. expected, 0, 0, 0, 0, 0], found);
    }

    [Fact]
    public void A_pair_with_the_same_answer_costs_nothing_more()
    {
        float[] same = [.. Logits[..5], .. Logits[..5]];
        Assert.Equal(new Trades(0).EvaluateBatch(same, [3, 3], new float[10]), new Trades(9).EvaluateBatch(same, [3, 3], new float[10]), 1e-5f);
    }

    [Fact]
    public void The_divergence_is_KullbackLeiblers_and_the_adversarys_gradient_too()
    {
        var probabilities = new float[5];
        ((ReadOnlySpan<float>)Logits.AsSpan(0, 5)).Softmax(probabilities);
        var (expected, found) = (new float[5], new float[10]);
        float divergence = new KullbackLeibler(probabilities, 5).Evaluate(Logits.AsSpan(5), 0, expected);
        var trades = new Trades(2);
        float loss = trades.EvaluateBatch(Logits, [3, 3], found) - new Trades(0).EvaluateBatch(Logits, [3, 3], new float[10]);
        Assert.Equal(2 * divergence, loss, 1e-5f);
        for (int c = 0; c < 5; c++)
            Assert.Equal(2 * expected[c], found[5 + c], 1e-6f);
    }

    [Fact]
    public void An_image_without_its_pair_has_its_cross_entropy() =>
        Assert.Equal(Loss.CrossEntropy.Evaluate(Logits, 3, new float[10]), new Trades().Evaluate(Logits, 3, new float[10]));

    [Fact]
    public void Half_pairs_and_bad_weights_are_refused()
    {
        Assert.Contains("pairs", Assert.Throws<ShapeMismatchException>(() => new Trades().EvaluateBatch(new float[15], [0, 1, 2], new float[15])).Message, StringComparison.Ordinal);
        Assert.Contains("Paired = true", Assert.Throws<ShapeMismatchException>(() => new Trades().EvaluateBatch(Logits, [3, 0], new float[10])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trades(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trades(float.NaN));
        Assert.Equal("TRADES, beta 0.5", ProcessState.InGerman(() => new Trades(0.5f).Name));
    }
}
