namespace AdvLib.Tests;

/// <summary>What must hold of strong attacks and ensembles, whatever the model.</summary>
public sealed class WorstCaseTests
{
    private const int Count = 60;
    private static readonly Sequential Model = ToyModels.Trained(epochs: 8);
    private static readonly ImageSet Images = Toy.Set(Count, seed: 9);

    public static TheoryData<IAttack<IDifferentiableClassifier>> Attacks =>
    [
        new Apgd(0.1f) { Iterations = 20 },
        new Apgd(0.1f) { Iterations = 20, Loss = new Dlr(), Restarts = 2 },
        new Apgd(0.1f) { Iterations = 20, TargetClasses = 9 },
        new Apgd(0.4f) { Iterations = 20, Norm = Norm.L2 },
        new Fab(0.1f) { Iterations = 20 },
        new Fab(0.4f) { Iterations = 20, Norm = Norm.L2 },
        new Square(0.1f) { Queries = 100 },
        new Square(0.4f) { Queries = 100, Norm = Norm.L2 },
        AutoAttack.Standard(0.4f, iterations: 10, queries: 50, norm: Norm.L2),
        AutoAttack.Standard(0.1f, iterations: 10, queries: 50),
    ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Adversaries_stay_in_the_ball_and_fool_some(IAttack<IDifferentiableClassifier> attack)
    {
        AttackResult result = attack.Attack(Model, Images);
        (Norm norm, double epsilon) = attack.Name.Contains("L2", StringComparison.Ordinal) ? (Norm.L2, 0.4) : (Norm.Linf, 0.1);
        Assert.All(result.PerturbationNorms(norm), size => Assert.InRange(size, 0, epsilon * (1 + 1e-5)));
        var pixels = new float[Count * Images.Shape.Size];
        result.Adversaries.CopyImages(0, Count, pixels);
        Assert.All(pixels, pixel => Assert.InRange(pixel, 0, 1));
        double clean = Evaluation.Of(Model, Images).Accuracy;
        Assert.True(1 - result.SuccessRate < clean - 0.1, $"{attack.Name}: {clean:P1} to {1 - result.SuccessRate:P1}");
        Assert.Equal(Evaluation.Of(Model, result.Adversaries).Accuracy, 1 - result.SuccessRate, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Batch_size_and_threads_change_no_bit(IAttack<IDifferentiableClassifier> attack)
    {
        Sequential other = Toy.Model(threads: 3);
        other.SetWeights(Model.GetWeights());
        int size = Images.Shape.Size;
        var expected = new float[Count * size];
        attack.Perturb(Model, Images).CopyImages(0, Count, expected);
        var image = new float[size];
        var adversary = new float[size];
        foreach (int i in (int[])[0, 1, 30, Count - 1])
        {
            Images.CopyImages(i, 1, image);
            attack.Perturb(other, image, [Images.Label(i)], adversary);
            Assert.Equal(expected[(i * size)..((i + 1) * size)], adversary);
        }
    }

    [Fact]
    public void The_worst_case_is_the_minimum_image_by_image_and_members_see_only_what_stands()
    {
        IAttack<IDifferentiableClassifier>[] members = [new Fgsm(0.06f), new Pgd(0.06f) { Steps = 10 }, new Square(0.06f) { Queries = 60 }];
        AttackResult worst = new WorstCase(members).Attack(Model, Images);
        bool[][] alone = [.. members.Select(member => member.Attack(Model, Images).Success.ToArray())];
        Assert.Equal(Enumerable.Range(0, Count).Select(i => alone.Any(mask => mask[i])), worst.Success);
        Assert.Equal(members.Select((_, m) => Enumerable.Range(0, Count).Count(i => !alone.Take(m + 1).Any(mask => mask[i]))), worst.Standing.Select(stage => stage.Standing));

        // One gradient for each image that is right at first, ten for each that FGSM left.
        int right = Enumerable.Range(0, Count).Count(i => Model.PredictClasses(Images)[i] == Images.Label(i));
        Assert.Equal(right + 10 * worst.Standing[0].Standing, worst.Gradients);
    }

    [Fact]
    public void A_stronger_attack_never_scores_higher()
    {
        double last = 1;
        foreach (IAttack<IDifferentiableClassifier> attack in (IAttack<IDifferentiableClassifier>[])[new Apgd(0.06f) { Iterations = 3 }, new Apgd(0.06f) { Iterations = 3, Restarts = 4 },
            new WorstCase(new Apgd(0.06f) { Iterations = 3, Restarts = 4 }, new Apgd(0.06f) { Iterations = 50 }), new WorstCase(new Apgd(0.06f) { Iterations = 3, Restarts = 4 }, new Apgd(0.06f) { Iterations = 50 }, new Fab(0.06f))])
        {
            double accuracy = 1 - attack.Attack(Model, Images).SuccessRate;
            Assert.True(accuracy <= last);
            last = accuracy;
        }
    }

    [Fact]
    public void Epsilon_0_changes_nothing_and_epsilon_1_leaves_nothing()
    {
        double clean = Evaluation.Of(Model, Images).Accuracy;
        Assert.Equal(clean, 1 - AutoAttack.Standard(0, 5, 20).Attack(Model, Images).SuccessRate, 1e-9);
        Assert.Equal(1, AutoAttack.Standard(1, 20, 100).Attack(Model, Images).SuccessRate);
    }

    [Fact]
    public void On_two_classes_DLR_falls_back_to_the_margin()
    {
        var model = new FakeClassifier(Shape.Vector(2), 2)
        {
            Answer = image => [image[1], image[0]],
            Slope = (_, label) => label == 0 ? [1, -1] : [-1, 1],
        };
        var images = new ImageSet("two", model.InputShape, 2, [0.2f, 0.3f, 0.1f, 0.9f], [0, 0]);
        AttackResult ratio = new Apgd(0.1f) { Iterations = 10, Loss = new Dlr() }.Attack(model, images);
        AttackResult margin = new Apgd(0.1f) { Iterations = 10, Loss = Loss.CwMargin }.Attack(model, images);
        Assert.Equal([true, false], ratio.Success);
        Assert.Equal(margin.PerturbationNorms(Norm.L2), ratio.PerturbationNorms(Norm.L2));
    }

    [Fact]
    public void Images_that_are_wrong_at_first_cost_nothing()
    {
        var model = new FakeClassifier(Shape.Vector(4), 4) { Answer = _ => [0, 1, 0, 0] };
        var images = new ImageSet("wrong", model.InputShape, 4, new float[12], [0, 2, 3]);
        foreach (IAttack<IDifferentiableClassifier> attack in (IAttack<IDifferentiableClassifier>[])[new Apgd(0.1f), new Fab(0.1f), new Square(0.1f), AutoAttack.Standard(0.1f)])
        {
            AttackResult result = attack.Attack(model, images);
            Assert.Equal((1, 0L, 3L), (result.SuccessRate, result.Gradients, result.Queries));
            Assert.All(result.PerturbationNorms(Norm.Linf), size => Assert.Equal(0, size));
        }
    }

    [Fact]
    public void A_targeted_attack_succeeds_where_the_target_is_reached()
    {
        int[] targets = [.. Enumerable.Range(0, Count).Select(i => (Images.Label(i) + 1) % 4)];
        AttackResult result = new Pgd(0.3f) { Goal = Goal.Reach(targets) }.Attack(Model, Images);
        Assert.Equal(result.Predictions.Select((prediction, i) => prediction == targets[i]), result.Success);
        Assert.True(result.SuccessRate > 0.5);
        Assert.Throws<ShapeMismatchException>(() => new Pgd(0.3f) { Goal = Goal.Reach(0, 1) }.Attack(Model, Images));
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Apgd(0.1f) { Norm = Norm.L1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Fab(0.1f) { Norm = Norm.L1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Apgd(0.1f) { TargetClasses = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Square(0.1f) { InitialShare = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => AutoAttack.Standard(-1));
        Assert.Throws<ArgumentException>(() => new WorstCase());
        Assert.Throws<ShapeMismatchException>(() => new Square(0.1f).Perturb(Model, new float[16], [4], new float[16]));
    }

    [Fact]
    public void Squares_shrink_as_in_the_paper()
    {
        // 10,000 queries: the paper's own schedule; the side of a 28x28 image's square that covers 0.8 of it, halved again and again.
        var attack = new Square(0.3f) { Queries = 10_000 };
        var shape = new Shape(28, 28, 1);
        Assert.Equal([25, 25, 18, 13, 9, 6, 4, 3, 2, 2, 1], ((int[])[0, 10, 11, 51, 201, 501, 1001, 2001, 4001, 6001, 8001]).Select(query => attack.Side(query, shape)));
        Assert.Equal(18, (attack with { Queries = 1000 }).Side(2, shape));
    }

    [Fact]
    public void A_result_shows_what_was_done()
    {
        string text = new WorstCase(new Fgsm(0.06f), new Pgd(0.06f)).Attack(Model, Images).ToString();
        foreach (string part in (string[])["worst of FGSM", "images", "60", "success", "largest L-inf norm", "0.0600", "gradients an image", "standing after PGD-40"])
            Assert.Contains(part, text, StringComparison.Ordinal);
    }
}
