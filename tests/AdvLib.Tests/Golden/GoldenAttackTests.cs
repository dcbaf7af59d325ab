namespace AdvLib.Tests;

/// <summary>
/// PGD, APGD and Square against an implementation in PyTorch float64 (tests/golden/make_golden_attacks.py), from the same random
/// numbers. A sign step turns a gradient's rounding error into a whole step of that pixel, so L-inf trajectories may part in single pixels
/// that hardly matter to the loss: nearly all pixels must agree, and what was reached must.
/// </summary>
public sealed class GoldenAttackTests
{
    private static readonly GoldenFile Golden = GoldenFile.Open("attacks");
    private static readonly float[] Images = GoldenFile.Open("simplecnn_inference").Values("images");
    private static readonly int[] Labels = Golden.Integers("labels");

    public static TheoryData<string, double, double> Cases => new()
    {
        // Share of pixels that may differ by more than 1e-5, and the tolerance of losses or margins.
        { "pgd.linf", 0.02, 2e-3 },
        { "pgd.l2", 0.0, 1e-4 },
        { "pgd.momentum", 0.02, 2e-3 },
        { "apgd.ce", 0.02, 2e-3 },
        { "apgd.dlr", 0.02, 2e-3 },
        { "apgd.l2", 0.0, 1e-4 },
        { "apgd.targeted", 0.02, 2e-3 },
        { "square", 0.0, 1e-4 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Adversaries_agree(string name, double parted, double tolerance)
    {
        IAttack<IDifferentiableClassifier> attack = name switch
        {
            "pgd.linf" => new Pgd(0.1f) { Steps = 10, StepSize = 0.02f },
            "pgd.l2" => new Pgd(1.5f) { Norm = Norm.L2, Steps = 20, StepSize = 0.25f },
            "pgd.momentum" => new Pgd(0.1f) { Steps = 10, StepSize = 0.02f, Momentum = 1 },
            "apgd.ce" => new Apgd(0.0025f) { Iterations = 30 },
            "apgd.dlr" => new Apgd(0.0025f) { Iterations = 30, Loss = new Dlr() },
            "apgd.l2" => new Apgd(0.04f) { Iterations = 40, Norm = Norm.L2 },
            "apgd.targeted" => new Apgd(0.0025f) { Iterations = 30, TargetClasses = 1 },
            _ => new Square(0.01f) { Queries = 300 },
        };
        Sequential model = GoldenSimpleCnnTests.CreateModel();
        var adversaries = new float[Images.Length];
        attack.Perturb(model, Images, Labels, adversaries);

        float[] expected = Golden.Values(name + ".images");
        double share = expected.Zip(adversaries).Count(pair => !(Math.Abs(pair.First - pair.Second) <= 1e-5)) / (double)expected.Length;
        Assert.True(share <= parted, $"{name}: {share:P2} of the pixels differ, allowed {parted:P2}.");

        Loss loss = attack is Pgd ? Loss.CrossEntropy : Loss.CwMargin;
        float[] reached = [.. TestNetworks.LogitsOf(model, adversaries).Chunk(10).Select((row, i) => loss.Evaluate(row, Labels[i], new float[10]))];
        GoldenAssert.Close(Golden.Values(name + (attack is Pgd ? ".losses" : ".margins")), reached, tolerance, name);
    }

    [Fact]
    public void The_fixture_has_images_that_stand_and_images_that_fall()
    {
        foreach (string name in (string[])["apgd.ce", "apgd.dlr", "apgd.l2", "apgd.targeted", "square"])
            Assert.InRange(Golden.Values(name + ".margins").Count(margin => margin > 0), 2, 6);
    }
}
