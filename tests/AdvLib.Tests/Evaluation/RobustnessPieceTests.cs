namespace AdvLib.Tests;

/// <summary>Reports that are measured piece by piece.</summary>
public sealed class RobustnessPieceTests
{
    private const int Count = 60;
    private static readonly ImageSet Images = Toy.Set(Count, seed: 9);
    private static readonly Sequential Model = ToyModels.Trained(epochs: 8);
    private static readonly RobustnessSettings Settings = new(0.08f) { Steps = 5, Restarts = 2, Iterations = 5, Queries = 30 };
    private static readonly RobustnessReport Whole = RobustnessReport.Of(Model, Images, Settings);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(59)]
    public void Any_division_gives_the_same_numbers_to_the_digit(int length)
    {
        RobustnessPiece[] pieces = [.. Enumerable.Range(0, (Count + length - 1) / length)
            .Select(i => RobustnessPiece.Of(Model, Images, i * length, Math.Min(length, Count - (i * length)), Settings))];
        Assert.All(pieces, piece => Assert.True(piece.IsSound()));
        RobustnessReport joined = RobustnessReport.Join(Images.Name, Settings, [.. pieces.Reverse()]);
        Assert.Equal(Whole.ToString(), joined.ToString());
        Assert.Equal(Whole.ClassTable().ToString(), joined.ClassTable().ToString());
        Assert.Equal(Whole.Verified!.Verified, joined.Verified!.Verified);
        foreach ((RobustnessRow one, RobustnessRow other) in Whole.Rows.Zip(joined.Rows))
        {
            Assert.Equal((one.Key, one.Gradients, one.Queries), (other.Key, other.Gradients, other.Queries));
            Assert.Equal(one.Standing, other.Standing);
            Assert.Equal(one.Evaluation.Confusion.Cast<int>(), other.Evaluation.Confusion.Cast<int>());
            Assert.Equal((one.Evaluation.Loss, one.Evaluation.MeanConfidence), (other.Evaluation.Loss, other.Evaluation.MeanConfidence));
        }
    }

    [Fact]
    public void Pieces_that_do_not_make_up_the_whole_are_refused()
    {
        RobustnessSettings cheap = Settings with { AutoAttack = false, Restarts = 1 };
        RobustnessPiece first = RobustnessPiece.Of(Model, Images, 0, 10, cheap), second = RobustnessPiece.Of(Model, Images, 10, 10, cheap);
        RobustnessPiece other = RobustnessPiece.Of(Model, Images, 10, 10, cheap with { Norm = Norm.L2 });
        RobustnessPiece broken = second with { Labels = [.. second.Labels.Skip(1)] };
        Assert.False(broken.IsSound());
        foreach (RobustnessPiece[] wrong in (RobustnessPiece[][])[[], [second], [first, first], [first, other], [first, broken]])
            Assert.Throws<ArgumentException>(() => RobustnessReport.Join("toy", cheap, wrong));
        Assert.Equal(20, RobustnessReport.Join("toy", cheap, [second, first])["clean"]!.Evaluation.Count);
    }

    [Fact]
    public void A_fault_names_the_image_by_its_place_in_the_whole_set()
    {
        var model = new FakeClassifier(Toy.Shape, 4) { Answer = image => [float.NaN, 0, 0, 0] };
        var fault = Assert.Throws<NumericalFaultException>(() => RobustnessPiece.Of(model, Images, 30, 5, Settings));
        Assert.Equal(30, fault.Image);
    }

    [Fact]
    public void A_model_without_gradients_is_attacked_by_noise_and_Square_and_the_table_says_so()
    {
        RobustnessReport report = RobustnessReport.Of(new Blind(Model), Images, Settings);
        Assert.Equal(["clean", "uniform_noise", "sign_noise", "square"], report.Rows.Select(row => row.Key));
        Assert.False(report.HasGradients);
        Assert.Contains("shows no gradients", report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("shows no gradients", Whole.ToString(), StringComparison.Ordinal);
        Assert.Equal(Evaluation.Under(new Square(0.08f) { Queries = 30 }, (IClassifier)Model, Images).Correct,
            report["square"]!.Evaluation.Correct);
        Assert.Same(report["square"], report.Worst);
        Assert.Null(report.Verified);
        Assert.NotEmpty(report.ClassChart().ToSvg());
    }

    [Fact]
    public void In_L2_every_row_keeps_the_L2_bound()
    {
        RobustnessReport report = RobustnessReport.Of(Model, Images, Settings with { Epsilon = 0.4f, Norm = Norm.L2 });
        Assert.Equal(["clean", "uniform_noise", "fgsm", "pgd", "pgd_8bit", "autoattack"], report.Rows.Select(row => row.Key));
        Assert.Contains("L2 epsilon 0.4", report.ToString(), StringComparison.Ordinal);
        Assert.Null(report.Verified);
        var pgd = new Pgd(0.4f) { Norm = Norm.L2, Steps = 5, Restarts = 2 };
        Assert.Equal(Evaluation.Under(pgd, Model, Images).Correct, report["pgd"]!.Evaluation.Correct);
        Assert.Equal(
            Evaluation.Under(AutoAttack.Standard(0.4f, 5, 30, norm: Norm.L2), Model, Images).Correct,
                report["autoattack"]!.Evaluation.Correct);
        Assert.True(report["pgd"]!.Evaluation.Correct <= report["fgsm"]!.Evaluation.Correct);
        Assert.Throws<ArgumentOutOfRangeException>(() => Settings with { Norm = Norm.L1 });
    }

    [Fact]
    public void Uniform_noise_stays_in_the_ball_of_its_norm()
    {
        var moved = new float[16];
        var image = new float[16];
        Images.CopyImages(0, 1, image);
        new UniformNoise(0.3f) { Norm = Norm.L2, Clip = null }.Perturb(Model, image, [0], moved);
        Assert.InRange(Math.Sqrt(image.Zip(moved).Sum(pair => (pair.First - pair.Second) * (double)(pair.First - pair.Second))), 1e-3,
            0.30001);
    }
}
