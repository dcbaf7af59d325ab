namespace AdvLib.Tests;

public sealed class BehindThresholdTests
{
    private const float Epsilon = 0.3f;

    // Class 1 wins where the first pixel, of 0.1 and cut off below 0.3, comes above 0.38.
    private static readonly Threshold Cut = new(0.3f, 0.7f);
    private static readonly Sequential Hiding = Make(Cut, new Dense(2));
    private static readonly ImageSet Dark = new("dark", Hiding.InputShape, 2, [0.1f, 0.1f], [0]);

    [Fact]
    public void An_attack_that_stands_still_in_front_of_the_threshold_moves_behind_it()
    {
        var attack = new Fgsm(Epsilon) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit };
        AttackResult front = attack.Attack(Hiding, Dark), behind = new BehindThreshold(attack, Cut).Attack(Hiding, Dark);
        Assert.Equal((0, 1), (front.SuccessRate, behind.SuccessRate));
        Assert.Equal([0.1f, 0.1f], Pixels(front));
        Assert.Equal(0.4f, Pixels(behind)[0], 1e-6f);
    }

    [Fact]
    public void The_worst_of_both_sides_is_an_ensemble_that_tells_them_apart()
    {
        var attack = new Pgd(Epsilon) { Steps = 5, RandomStart = false };
        AttackResult worst = new WorstCase(attack, new BehindThreshold(attack, Cut)).Attack(Hiding, Dark);
        Assert.Equal([(attack.Name, 1), ($"{attack.Name}, behind the threshold", 0)], worst.Standing);
    }

    [Fact]
    public void Behind_it_the_model_answers_as_ever_and_what_is_reached_is_in_reach()
    {
        ImageSet images = TestNetworks.Set(30, new(5, 4, 1), 3);
        var model = new Sequential(images.Shape, 4, Cut, new Conv2D(4, 3), new ReLU(), new Flatten(), new Dense(3));
        var watch = new Watch();
        ImageSet moved = new BehindThreshold(watch, Cut).Perturb(model, images);
        Assert.Equal(TestNetworks.LogitsOf(model, Pixels(images)), watch.Logits);
        Assert.Equal(watch.Logits.Length, watch.FromGradient.Length);
        for (int i = 0; i < watch.Logits.Length; i++)
            Assert.Equal(watch.Logits[i], watch.FromGradient[i], 1e-5f);
        Assert.Equal(Pixels(images), Pixels(moved));

        ImageSet attacked = new BehindThreshold(new Pgd(Epsilon) { Steps = 10 }, Cut).Perturb(model, images);
        Assert.All(Pixels(images).Zip(Pixels(attacked)), pair =>
        {
            Assert.InRange(pair.Second - pair.First, -Epsilon - 1e-6f, Epsilon + 1e-6f);
            Assert.InRange(pair.Second, 0, 1);
        });
    }

    [Fact]
    public void A_training_makes_its_batches_from_the_gradients_that_the_threshold_hides()
    {
        var fgsm = new Fgsm(Epsilon) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit };
        float Seen(IDifferentiableClassifier model) => new AdversarialBatches(model, Dark, total: 1, fgsm).Next().Images[0];
        Assert.Equal(0.1f, Seen(Hiding));
        Assert.Equal(0.4f, Seen(BehindThreshold.WithGradients(Hiding)), 1e-6f);

        Sequential open = Make(new Dense(2));
        Assert.Same(open, BehindThreshold.WithGradients(open));
    }

    [Fact]
    public void A_report_attacks_both_sides_and_flags_what_stood_in_front_alone()
    {
        // Of the ball only a sliver has a slope: random starts do not come there either.
        Sequential steep = Make(5000, new Threshold(0.399f, 0.7f), new Dense(2));
        RobustnessReport report = RobustnessReport.Of(steep, Dark, new RobustnessSettings(Epsilon) { Steps = 5, Restarts = 1 });
        Assert.Equal((0, 0), (report["pgd"]!.Evaluation.Accuracy, report["autoattack"]!.Evaluation.Accuracy));
        Assert.Equal([("PGD-5", 1), ("PGD-5", 0)], report["pgd"]!.Standing.Select(member => (member.Attack[..5], member.Standing)));
        SanityFlag[] flags = [.. report.Flags.Where(flag => flag.Check == "gradients vanish at the threshold")];
        Assert.Contains(flags, flag => flag.Seen.StartsWith("PGD-5, worst of 1: 100", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Flags, flag => flag.Check.Contains("above zero", StringComparison.Ordinal));

        // A network without a threshold is attacked as ever, and noise looks behind nothing.
        RobustnessReport open = RobustnessReport.Of(Make(new Dense(2)), Dark, new RobustnessSettings(Epsilon) { Steps = 5, Restarts = 1 });
        Assert.Empty(open["pgd"]!.Standing);
        Assert.All(report.Rows.Where(row => row.Evaluation.Kind == EvaluationKind.Noise), row => Assert.Empty(row.Standing));
    }

    [Fact]
    public void The_threshold_is_the_first_layer_of_a_network_whose_layers_are_known()
    {
        Assert.Equal(Cut, BehindThreshold.Of(Hiding));
        Assert.Null(BehindThreshold.Of(Make(new Dense(2))));
        Assert.Null(BehindThreshold.Of(Make(new Threshold(0.5f, 0.5f), new Dense(2))));
        Assert.Null(BehindThreshold.Of(new FakeClassifier(Hiding.InputShape, 2)));
    }

    private static Sequential Make(params Layer[] layers) => Make(5, layers);

    private static Sequential Make(float weight, params Layer[] layers)
    {
        var model = new Sequential(Shape.Vector(2), 1, layers);
        model.SetWeights([new NamedTensor("dense.kernel", [2, 2], [0, weight, 0, 0]), new NamedTensor("dense.bias", [2], [1, 0])]);
        return model;
    }

    private static float[] Pixels(ImageSet images)
    {
        var pixels = new float[images.Count * images.Shape.Size];
        images.CopyImages(0, images.Count, pixels);
        return pixels;
    }

    private static float[] Pixels(AttackResult result) => Pixels(result.Adversaries);

    // An attack that moves nothing and keeps what the model told it.
    private sealed class Watch : IAttack<IDifferentiableClassifier>
    {
        public float[] Logits { get; private set; } = [];

        public float[] FromGradient { get; private set; } = [];

        public string Name => "watch";

        public void Perturb(
            IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries)
        {
            (Logits, FromGradient) = (new float[labels.Length * model.Classes], new float[labels.Length * model.Classes]);
            model.Logits(images, Logits);
            model.InputGradient(images, labels, Loss.CrossEntropy, new float[images.Length], FromGradient);
            images.CopyTo(adversaries);
        }
    }
}
