namespace AdvLib.Tests;

/// <summary>NaN is no answer, whoever asks: it would be counted as class 0, or as an image that no attack moves.</summary>
public sealed class ModelAnswerTests
{
    private const int Count = 6;
    private const int Bad = 4;

    // Image i is all i / 10.
    private static readonly ImageSet Images =
        new("numbered", Shape.Vector(3), 3, [.. Enumerable.Range(0, 3 * Count).Select(i => i / 3 / 10f)], [.. Enumerable.Repeat((byte)1, Count)]);

    public static TheoryData<IAttack<IDifferentiableClassifier>> Attacks =>
    [
        new Fgsm(0.01f), new Pgd(0.01f) { Steps = 3 }, new Pgd(0.01f) { Steps = 2, Norm = Norm.L2, Restarts = 3 }, new TradesAttack(new Pgd(0.01f) { Steps = 2 }),
        new Apgd(0.01f) { Iterations = 3 }, new Fab(0.01f) { Iterations = 3 }, new Square(0.01f) { Queries = 5 }, new UniformNoise(0.01f), new SignNoise(0.01f),
        AutoAttack.Standard(0.01f, 3, 5), new WorstCase(new Fgsm(0.01f), new Pgd(0.01f) { Steps = 2 }), new Pgd(0.01f) { Steps = 1, Goal = Goal.ReachLeastLikely },
    ];

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Whoever_asks_is_told_which_image(float value)
    {
        FakeClassifier model = Broken(value);
        Assert.Equal((Bad, "the logits of image 4"), Fault(() => Evaluation.Of(model, Images)));
        Assert.Equal((Bad, "the logits of image 4"), Fault(() => model.PredictClasses(Images)));
        Assert.Equal((Bad, "the logits of image 4"), Fault(() => model.Predict(TestNetworks.PixelsOf(Images))));
        Assert.Equal((Bad, "the logits of image 4"), Fault(() => RobustnessReport.Of(model, Images, new RobustnessSettings(0.01f))));
        Assert.Equal((Bad, "the logits of image 4"), Fault(() => EpsilonSweep.Of(model, Images, epsilon => new Pgd(epsilon), 0.01f)));
        Assert.Equal(1, Evaluation.Of(model, Images.Take(Bad)).Accuracy);
    }

    // The bad image is not the first one that stands, nor at its own place among those.
    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_names_the_image_of_the_set(IAttack<IDifferentiableClassifier> attack)
    {
        FakeClassifier model = Broken(float.NaN);
        Assert.Equal(Bad, Fault(() => attack.Attack(model, Images)).Image);
        Assert.Equal(Bad, Fault(() => Evaluation.Under(attack, model, Images)).Image);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_gradient_that_is_no_number_is_named_where_an_attack_takes_it(IAttack<IDifferentiableClassifier> attack)
    {
        var model = new FakeClassifier(Shape.Vector(3), 3)
        {
            Answer = image => image[0] < 0.15f ? [1, 0, 0] : [0, 1, 0.5f],
            Slope = (image, _) => [1, image[0] > 0.35f && image[0] < 0.45f ? float.NaN : 1, 0],
        };
        if (attack is Square or UniformNoise or SignNoise)
            Assert.Equal(Count, attack.Attack(model, Images).Predictions.Count);
        else
            Assert.Equal((Bad, "the gradient of image 4"), Fault(() => attack.Attack(model, Images)));
    }

    // Images that are misclassified at first leave; what stands has other places then.
    [Fact]
    public void A_fault_of_an_adversary_is_its_images()
    {
        var model = new FakeClassifier(Shape.Vector(3), 3)
        {
            Answer = image => image[0] < 0.15f ? [1, 0, 0] : image[0] > 0.405f && image[0] < 0.45f ? [0, float.NaN, 0] : [0, 1, 0.5f],
        };
        foreach (IAttack<IDifferentiableClassifier> attack in (IAttack<IDifferentiableClassifier>[])[
            new Fgsm(0.01f), new Apgd(0.01f) { Iterations = 3 }, new WorstCase(new Apgd(0.01f) { Iterations = 3 }), new Pgd(0.01f) { Steps = 3, Restarts = 2 }])
            Assert.Equal(Bad, Fault(() => attack.Attack(model, Images)).Image);
    }

    [Fact]
    public void A_network_whose_weights_are_no_numbers_is_not_evaluated()
    {
        Sequential model = Toy.Model();
        IReadOnlyList<NamedTensor> weights = model.GetWeights();
        weights[0].Values[0] = float.NaN;
        model.SetWeights(weights);
        ImageSet images = Toy.Set(20);
        Assert.Equal(0, Fault(() => Evaluation.Of(model, images)).Image);
        Assert.Equal(0, Fault(() => AutoAttack.Standard(0.1f).Attack(model, images)).Image);
        Assert.Contains("Look for NaN in the model's weights", Assert.Throws<NumericalFaultException>(() => model.PredictClasses(images)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_place_of_an_answer_is_looked_at()
    {
        for (int length = 1; length <= 40; length++)
        {
            ModelAnswer.Check([.. Enumerable.Repeat(float.MaxValue, length)], length, "the values");
            for (int at = 0; at < length; at++)
            {
                var values = new float[length];
                values[at] = at % 2 == 0 ? float.NaN : float.PositiveInfinity;
                Assert.Equal(at, Fault(() => ModelAnswer.Check(values, length, "the values")).Image);
            }
        }
    }

    private static FakeClassifier Broken(float value) => new(Shape.Vector(3), 3)
    {
        Answer = image => image[0] > 0.35f && image[0] < 0.45f ? [0, value, 0] : [0, 1, 0.5f],
    };

    private static (int? Image, string Place) Fault(Action call)
    {
        var fault = Assert.Throws<NumericalFaultException>(call);
        return (fault.Image, fault.Place);
    }
}
