namespace AdvLib.Tests;

/// <summary>Each flag is raised by a model that earns it, and by no sound one.</summary>
public sealed class SanityChecksTests
{
    private static readonly Sequential Model = ToyModels.Trained(epochs: 8);
    private static readonly ImageSet Images = Toy.Set(1000, seed: 9);
    private static readonly RobustnessSettings Settings = new(0.08f) { Steps = 20, Restarts = 1, Ensemble = AutoAttack.Standard(0.08f, 10, 30) };

    [Fact]
    public void A_sound_model_raises_none() => Assert.Empty(RobustnessReport.Of(Model, Images, Settings).Flags);

    [Fact]
    public void A_saturated_softmax_is_found()
    {
        // The same decisions with logits a thousand times as large: their softmax is 1 and 0, and its gradient exactly 0.
        SanityFlag[] flags = [.. SanityChecks.ZeroGradients(PieceChecks.Of(Scaled(1000), Images, Settings))];
        Assert.Contains(flags, flag => flag.Check == "zero gradients" && flag.Seen.Contains("mean squared error", StringComparison.Ordinal));
        Assert.Contains(flags, flag => flag.Seen.Contains("cross-entropy", StringComparison.Ordinal));

        // Attacks on the margin see through it; the report says so.
        RobustnessReport report = RobustnessReport.Of(Scaled(1000), Images, Settings);
        Assert.True(report["autoattack"]!.Evaluation.Accuracy < report["pgd"]!.Evaluation.Accuracy - 0.1);
        Assert.Contains(report.Flags, flag => flag.Check == "zero gradients");
        Assert.Contains(report.Flags, flag => flag.Check == "accuracy above zero at epsilon 1");
    }

    [Fact]
    public void A_gradient_that_leads_astray_is_found()
    {
        // A model whose answer depends on the image, but whose gradient points nowhere useful: only black boxes get anywhere.
        var model = new FakeClassifier(Toy.Shape, 4)
        {
            Answer = image => TestNetworks.LogitsOf(Model, image),
            Slope = (image, _) => new float[image.Length],
        };
        RobustnessReport report = RobustnessReport.Of(model, Images, Settings with { Before = Model });
        Assert.Equal(2, report.Flags.Count(flag => flag.Check == "black box beats white box"));
        Assert.Contains(report.Flags, flag => flag.Check == "noise as strong as FGSM");
        Assert.Contains(report.Flags, flag => flag.Check == "zero gradients");
        Assert.Contains(report.Flags, flag => flag.Check == "accuracy above zero at epsilon 1");
        Assert.DoesNotContain(report.Flags, flag => flag.Check == "results move with the batch size");
        Assert.All(report.Flags, flag => Assert.All((string[])[flag.Seen, flag.Why, flag.Remedy], text => Assert.True(text.Length > 10 && text[^1] == '.', text)));
    }

    [Fact]
    public void Many_steps_that_do_worse_than_one_are_found()
    {
        // The gradient turns round as soon as the image has moved: one step does it, the next undo it.
        var model = new FakeClassifier(Shape.Vector(1), 2) { Answer = image => image[0] > 0.55f ? [0, 1] : [1, 0], Slope = (image, _) => [image[0] > 0.5f ? -1 : 1] };
        var images = new ImageSet("one pixel", model.InputShape, 2, Enumerable.Repeat(0.5f, 1000).ToArray(), new byte[1000]);
        var settings = new RobustnessSettings(0.1f) { Steps = 40, Restarts = 1, AutoAttack = false };
        RobustnessReport report = RobustnessReport.Of(model, images, settings);
        Assert.Contains(report.Flags, flag => flag.Check == "PGD weaker than FGSM");
    }

    [Fact]
    public void A_model_in_training_mode_is_found()
    {
        var model = new FakeClassifier(Toy.Shape, 4);
        model.Answer = image => [model.Asked[^1] > 1 ? 1 : 0.9f, 0, 0, 0];
        Assert.Equal("results move with the batch size", Assert.Single(SanityChecks.BatchSizeMatters(PieceChecks.Of(model, Images.Take(50), Settings))).Check);
        Assert.Empty(SanityChecks.BatchSizeMatters(PieceChecks.Of(Model, Images.Take(50), Settings)));
    }

    private static Sequential Scaled(float factor)
    {
        Sequential model = Toy.Model();
        model.SetWeights([.. Model.GetWeights().Select(tensor => tensor.Name.StartsWith("dense_1", StringComparison.Ordinal) ? tensor with { Values = [.. tensor.Values.Select(value => factor * value)] } : tensor)]);
        return model;
    }
}
