namespace AdvLib.Tests;

/// <summary>Pixels, clip and epsilon of one scale, or an error that names the likely cause: attacks on other scales give numbers that mean nothing.</summary>
public sealed class ScaleTests
{
    private static readonly ImageSet Unit = Toy.Set(8);

    public static TheoryData<IAttack<IDifferentiableClassifier>> Attacks =>
    [
        new Fgsm(0), new Fgsm(0.1f) { Clip = PixelRange.Unit }, new Pgd(0.1f) { Steps = 2 }, new Pgd(0.1f) { Steps = 2, Clip = null, Norm = Norm.L2 },
        new FastFgsm(0.1f), new TradesAttack(new Pgd(0.1f)), new SquareStarts(new Pgd(0.1f), 0.5f), new Apgd(0.1f), new Fab(0.1f), new Square(0.1f),
        new UniformNoise(0.1f), new SignNoise(0.1f), AutoAttack.Standard(0.1f), new Custom(),
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Pixels_of_another_scale_are_refused_and_the_cause_is_named(IAttack<IDifferentiableClassifier> attack)
    {
        Sequential model = Toy.Model();
        foreach ((ImageSet images, string cause) in ((ImageSet, string)[])[
            (As("bytes", x => x * 255), "divide them by 255"), (As("normalised", x => (x - 0.1307f) / 0.3081f), "declare mean and deviation at the model")])
        {
            foreach (Action use in (Action[])[
                () => attack.Attack(model, images), () => Evaluation.Under(attack, model, images),
                () => EpsilonSweep.Of(model, images, _ => attack, 0.1f), () => _ = new AdversarialBatches(model, images, 4, attack)])
                Assert.Contains(cause, Assert.Throws<ImageSetException>(use).Message, StringComparison.Ordinal);
        }

        // As they are, no attack is refused.
        attack.RequireScale(Unit);
    }

    [Fact]
    public void A_report_on_them_is_refused_before_it_takes_its_time()
    {
        var rows = new List<string>();
        var settings = new RobustnessSettings(0.1f) { Measured = row => rows.Add(row.Key) };
        Assert.Throws<ImageSetException>(() => RobustnessReport.Of(Toy.Model(), As("bytes", x => x * 255), settings));
        Assert.Equal(["clean"], rows);
    }

    [Fact]
    public void An_epsilon_of_8_is_asked_about()
    {
        foreach (IAttack<IDifferentiableClassifier> attack in (IAttack<IDifferentiableClassifier>[])[
            new Fgsm(8), new Pgd(8), new Apgd(8), new Fab(8), new Square(8), new UniformNoise(8), new SignNoise(8), AutoAttack.Standard(8), new TradesAttack(new Pgd(8))])
        {
            string message = Assert.Throws<ImageSetException>(() => attack.Attack(Toy.Model(), Unit)).Message;
            Assert.Contains("may change by 8", message, StringComparison.Ordinal);
            Assert.Contains("if 8/255 is meant, write 8f / 255", message, StringComparison.Ordinal);
        }

        // No single pixel is bounded by it there.
        Assert.Equal(Unit.Count, new Pgd(8) { Norm = Norm.L2, Steps = 1 }.Attack(Toy.Model(), Unit).Predictions.Count);
        Assert.Equal(Unit.Count, new Apgd(8) { Norm = Norm.L2, Iterations = 1 }.Attack(Toy.Model(), Unit).Predictions.Count);
    }

    [Fact]
    public void What_declares_its_range_is_attacked_in_it()
    {
        ImageSet bytes = As("bytes", x => x * 255);
        AttackResult result = new Pgd(8) { Steps = 2, Clip = new PixelRange(0, 255) }.Attack(Toy.Model(), bytes);
        Assert.InRange(result.PerturbationNorms(Norm.Linf).Max(), 1, 8.001);
        Assert.Equal(Unit.Count, new Fgsm(8) { Clip = PixelRange.All }.Attack(Toy.Model(), bytes).Predictions.Count);
    }

    [Fact]
    public void A_schedule_that_begins_above_the_attacks_epsilon_is_refused() =>
        Assert.Contains("at most the attack's own epsilon", Assert.Throws<ArgumentException>(() =>
            new MixedAdversarialBatches(Toy.Model(), Unit, 4, new Fgsm(0.1f), schedule: new EpsilonSchedule { Lowest = 0.2f })).Message, StringComparison.Ordinal);

    private static ImageSet As(string name, Func<float, float> scale)
    {
        var pixels = new float[Unit.Count * Unit.Shape.Size];
        Unit.CopyImages(0, Unit.Count, pixels);
        return new ImageSet(name, Unit.Shape, Unit.Classes, [.. pixels.Select(scale)], [.. Unit.Labels]);
    }

    // An attack of a reader's own, which says nothing of its scale.
    private sealed class Custom : IAttack<IDifferentiableClassifier>
    {
        public string Name => "custom";

        public void Perturb(IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) => images.CopyTo(adversaries);
    }
}
