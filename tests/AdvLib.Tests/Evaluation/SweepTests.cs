namespace AdvLib.Tests;

/// <summary>Epsilon sweeps, smallest epsilons and the transfer matrix.</summary>
public sealed class SweepTests
{
    private static readonly Sequential Model = ToyModels.Trained(epochs: 8);
    private static readonly ImageSet Images = Toy.Set(100, seed: 9);

    [Fact]
    public void A_sweep_never_rises_and_starts_at_the_clean_accuracy()
    {
        float[] epsilons = [0, 0.02f, 0.05f, 0.1f, 0.3f];
        EpsilonSweep sweep = EpsilonSweep.Of(Model, Images, epsilon => new Pgd(epsilon) { Steps = 5 }, epsilons);
        Assert.Equal(Evaluation.Of(Model, Images).Accuracy, sweep.Accuracy[0]);
        Assert.All(sweep.Accuracy.Zip(sweep.Accuracy.Skip(1)), pair => Assert.True(pair.Second <= pair.First));
        Assert.True(sweep.Accuracy[^1] < 0.1);
        for (int i = 0; i < epsilons.Length; i++)
            Assert.True(sweep.Accuracy[i] <= Evaluation.Under(new Pgd(epsilons[i]) { Steps = 5 }, Model, Images).Accuracy);
        Assert.Contains("95% interval", sweep.ToSvg(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => EpsilonSweep.Of(Model, Images, epsilon => new Pgd(epsilon), 0.1f, 0.1f));
        Assert.Throws<ArgumentException>(() => EpsilonSweep.Of(Model, Images, epsilon => new Pgd(epsilon)));
    }

    [Fact]
    public void What_a_weak_attack_fooled_stays_fooled()
    {
        // Pushes far at a small epsilon only: a sweep of independent numbers would rise again.
        var model = new FakeClassifier(Shape.Vector(1), 2) { Answer = image => image[0] is > 0.55f and < 0.65f ? [0, 1] : [1, 0] };
        var images = new ImageSet("one", model.InputShape, 2, [0.5f, 0.5f], new byte[2]);
        Assert.Equal([1, 0, 0], EpsilonSweep.Of(model, images, epsilon => new Fgsm(epsilon), 0.01f, 0.1f, 0.3f).Accuracy);
    }

    [Fact]
    public void The_smallest_epsilon_is_the_distance_to_the_boundary()
    {
        var model = new FakeClassifier(Shape.Vector(1), 2) { Answer = image => image[0] > 0.7f ? [0, 1] : [1, 0] };
        float[] pixels = [0.1f, 0.5f, 0.69f, 0.9f, 0];
        var images = new ImageSet("line", model.InputShape, 2, pixels, new byte[5]);
        MinimalEpsilons found = MinimalEpsilons.Of(model, images, epsilon => new Fgsm(epsilon), largest: 0.64f, halvings: 6);
        double[] expected = [0.6, 0.2, 0.01, 0, double.PositiveInfinity];
        for (int i = 0; i < 5; i++)
            Assert.True(found.Values[i] == expected[i] || (found.Values[i] >= expected[i] && found.Values[i] <= expected[i] + 0.0101), $"{i}: {found.Values[i]}");
        Assert.Equal(found.Values[1], found.Median);
        Assert.NotEmpty(found.ToSvg());
        Assert.Throws<ArgumentOutOfRangeException>(() => MinimalEpsilons.Of(model, images, epsilon => new Fgsm(epsilon), largest: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MinimalEpsilons.Of(model, images, epsilon => new Fgsm(epsilon), halvings: 17));
    }

    [Fact]
    public void The_diagonal_of_the_transfer_matrix_is_fresh()
    {
        Sequential other = ToyModels.Trained(epochs: 3);
        var attack = new Fgsm(0.1f) { Clip = PixelRange.Unit };
        TransferMatrix matrix = TransferMatrix.Of(attack, Images, ("a", Model), ("b", other));
        Assert.Equal(Evaluation.Under(attack, Model, Images).Accuracy, matrix[0, 0].Accuracy);
        Assert.Equal(Evaluation.Of(other, attack.Perturb(Model, Images)).Accuracy, matrix[0, 1].Accuracy);
        Assert.Equal((EvaluationKind.Fresh, EvaluationKind.Transfer), (matrix[1, 1].Kind, matrix[1, 0].Kind));
        Assert.Contains("images made from", matrix.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TransferMatrix.Of(attack, Images));
    }
}
