using FsCheck;
using FsCheck.Fluent;

namespace AdvLib.Tests;

/// <summary>
/// What holds of every attack, in every norm it knows, at every epsilon that is allowed (FsCheck; the seed is fixed, a failure is shrunk):
/// pixels are numbers, within epsilon of the image and within the clip, and epsilon 0 changes nothing.
/// </summary>
public sealed class AttackProperties
{
    private const int Cases = 500;
    private const int Count = 5;

    private static readonly float[] Epsilons =
        [0, float.Epsilon, 1e-41f, 1e-30f, 1e-8f, 8f / 255, 0.3f, 1, 8, 1e20f, float.MaxValue / 4, float.MaxValue / 2, float.MaxValue];

    private static readonly (string Name, Norm[] Norms, Func<float, Norm, PixelRange?, ulong, IAttack<IDifferentiableClassifier>> Make)[] Attacks =
    [
        ("FGSM", [Norm.Linf], (epsilon, _, clip, _) => new Fgsm(epsilon) { Clip = clip }),
        ("sign noise", [Norm.Linf], (epsilon, _, clip, seed) => new SignNoise(epsilon, seed) { Clip = clip }),
        ("uniform noise", [Norm.Linf], (epsilon, _, clip, seed) => new UniformNoise(epsilon) { Clip = clip, Seed = seed }),
        ("PGD", All, (epsilon, norm, clip, seed) => new Pgd(epsilon) { Norm = norm, Steps = 3, Clip = clip, Seed = seed }),
        ("one step", All, (epsilon, norm, clip, seed) => new Pgd(epsilon) { Norm = norm, Steps = 1, Clip = clip, Seed = seed }),
        ("long steps", All, (epsilon, norm, clip, seed) => new Pgd(epsilon) { Norm = norm, Steps = 3, StepSize = float.MaxValue, Clip = clip, Seed = seed }),
        ("MI-FGSM", All, (epsilon, norm, clip, _) => Pgd.MomentumFgsm(epsilon, 3) with { Norm = norm, Clip = clip }),
        ("targeted", All, (epsilon, norm, clip, seed) => new Pgd(epsilon) { Norm = norm, Steps = 2, Restarts = 2, Clip = clip, Seed = seed, Goal = Goal.ReachLeastLikely }),
        ("TRADES", All, (epsilon, norm, clip, seed) => new TradesAttack(new Pgd(epsilon) { Norm = norm, Steps = 3, Clip = clip, Seed = seed })),
        ("square starts", [Norm.Linf], (epsilon, _, clip, seed) => new SquareStarts(new Pgd(epsilon) { Steps = 3, Clip = clip, Seed = seed }, 0.5f)),
        ("APGD", Two, (epsilon, norm, clip, seed) => new Apgd(epsilon) { Norm = norm, Iterations = 8, Clip = Or(clip), Seed = seed }),
        ("APGD-T", Two, (epsilon, norm, clip, seed) => new Apgd(epsilon) { Norm = norm, Iterations = 8, TargetClasses = 9, Clip = Or(clip), Seed = seed }),
        ("APGD-DLR", Two, (epsilon, norm, clip, seed) => new Apgd(epsilon) { Norm = norm, Iterations = 8, Loss = new Dlr(), Clip = Or(clip), Seed = seed }),
        ("FAB", Two, (epsilon, norm, clip, _) => new Fab(epsilon) { Norm = norm, Iterations = 6, Clip = Or(clip) }),
        ("Square", Two, (epsilon, norm, clip, seed) => new Square(epsilon) { Norm = norm, Queries = 12, Clip = Or(clip), Seed = seed }),
        ("AutoAttack", Two, (epsilon, norm, _, seed) => AutoAttack.Standard(epsilon, 5, 10, seed: seed, norm: norm)),
    ];

    private static readonly (Shape Shape, int Classes)[] Sizes = [(new(1, 1, 1), 2), (new(2, 3, 1), 3), (new(5, 4, 3), 4)];

    private static Norm[] All => [Norm.Linf, Norm.L2, Norm.L1];

    private static Norm[] Two => [Norm.Linf, Norm.L2];

    [Fact]
    public void Adversaries_are_numbers_in_the_ball_and_in_the_clip()
    {
        Gen<(int Attack, Norm Norm, float Epsilon, bool Clipped, int Size, int Seed)> cases =
            from attack in Gen.Choose(0, Attacks.Length - 1)
            from norm in Gen.Elements(Attacks[attack].Norms)
            from epsilon in Gen.Elements(Epsilons)
            from clipped in Gen.Elements(true, false)
            from size in Gen.Choose(0, Sizes.Length - 1)
            from seed in Gen.Choose(0, 1000)
            select (attack, norm, epsilon, clipped, size, seed);
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(7, 9),
            Prop.ForAll(Arb.From(cases), one => Hold(one.Attack, one.Norm, one.Epsilon, one.Clipped, one.Size, (ulong)one.Seed)));
    }

    // Each attack, norm and epsilon once at least, so that none depends on a draw.
    [Fact]
    public void Each_attack_holds_at_each_epsilon()
    {
        for (int attack = 0; attack < Attacks.Length; attack++)
        {
            foreach (Norm norm in Attacks[attack].Norms)
                foreach (float epsilon in Epsilons)
                    Hold(attack, norm, epsilon, clipped: true, size: attack % Sizes.Length, seed: 7);
        }
    }

    // A gradient may be as small as floats get, and still have a direction.
    [Theory]
    [InlineData(1e-45f)]
    [InlineData(1e-39f)]
    [InlineData(1e-20f)]
    [InlineData(1e30f)]
    public void The_length_of_a_gradient_does_not_matter(float slope)
    {
        var model = new FakeClassifier(new Shape(1, 2, 1), 2) { Slope = (_, _) => [slope, 0] };
        foreach (Norm norm in All)
        {
            foreach (float momentum in (float[])[0, 1])
            {
                float[] adversaries = new float[2];
                new Pgd(0.25f) { Norm = norm, Steps = 1, Momentum = momentum, RandomStart = false }.Perturb(model, [0.5f, 0.5f], [0], adversaries);
                Assert.Equal(0.75f, adversaries[0], 1e-6f);
                Assert.Equal(0.5f, adversaries[1]);
            }
        }
    }

    private static void Hold(int attack, Norm norm, float epsilon, bool clipped, int size, ulong seed)
    {
        (Shape shape, int classes) = Sizes[size];
        PixelRange? clip = clipped ? PixelRange.Unit : null;
        IAttack<IDifferentiableClassifier> under = Attacks[attack].Make(epsilon, norm, clip, seed);
        if (under is WorstCase)
            clip = PixelRange.Unit;
        float[] images = TestNetworks.Images(Count, shape, seed);
        float[] adversaries = [.. images.Select(_ => float.NaN)];
        try
        {
            under.Perturb(Model(shape, classes), images, TestNetworks.Labels(Count, classes), adversaries);
        }
        catch (NumericalFaultException) when (clip is null && epsilon > 1e19f)
        {
            // Pixels so large are more than the network can add up: the attack says so instead of taking its NaN for an answer.
            return;
        }

        string which = $"{Attacks[attack].Name}, {norm}, epsilon {epsilon}, {(clipped ? "clipped" : "not clipped")}, {shape}, seed {seed}";
        Assert.True(adversaries.All(float.IsFinite), $"not a number: {which}");
        Assert.True(epsilon > 0 || adversaries.SequenceEqual(images), $"epsilon 0 changes pixels: {which}");
        Assert.True(clip is null || adversaries.All(pixel => pixel is >= 0 and <= 1), $"outside of the clip: {which}");
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<float> image = images.AsSpan(i * shape.Size, shape.Size);
            double distance = norm.Distance(image, adversaries.AsSpan(i * shape.Size, shape.Size));
            // A pixel is a float: image + epsilon is rounded, each pixel by half a unit in its last place.
            Assert.True(distance <= epsilon * (1 + 1e-5) + shape.Size * 6e-8, $"{distance} from the image: {which}");
        }
    }

    private static PixelRange Or(PixelRange? clip) => clip ?? PixelRange.All;

    private static Sequential Model(Shape shape, int classes) =>
        new(new Network(shape, new Flatten(), new Dense(8), new ReLU(), new Dense(classes), new Softmax()), 3, Numerics.ThreadTeam.Alone);
}
