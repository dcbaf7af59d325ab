namespace AdvLib.Tests;

/// <summary>Report and AutoAttack on whatever an image set may be: two classes and 62, a class that never occurs, one pixel and 32x32x3.</summary>
public sealed class AnyClassesTests
{
    private const int Count = 12;

    // A network whose logits are its pixels: an image falls exactly where its best pixel leads by less than the norm allows.
    [Theory]
    [InlineData(2, Norm.Linf)]
    [InlineData(3, Norm.Linf)]
    [InlineData(4, Norm.Linf)]
    [InlineData(62, Norm.Linf)]
    [InlineData(2, Norm.L2)]
    [InlineData(3, Norm.L2)]
    [InlineData(4, Norm.L2)]
    [InlineData(62, Norm.L2)]
    public void AutoAttack_finds_the_images_that_can_fall_and_no_other(int classes, Norm norm)
    {
        Sequential model = Identity(classes);
        double[] leads = [.. Enumerable.Range(0, Count).Select(i => 0.02 + 0.04 * i)];
        ImageSet images = Leading(classes, leads);
        float epsilon = norm == Norm.Linf ? 0.1f : 0.2f / MathF.Sqrt(2);
        WorstCase attack = AutoAttack.Standard(epsilon, iterations: 40, queries: 200, norm: norm);
        Assert.Equal(leads.Select(lead => lead < 0.2), attack.Attack(model, images).Success);

        // Those that go for a class find them alone. Cross-entropy is raised by all other classes at a time, which in L2 costs length.
        foreach (IAttack<IDifferentiableClassifier> member in attack.Attacks.Skip(norm == Norm.L2 ? 1 : 0).SkipLast(1))
            Assert.Equal(leads.Select(lead => lead < 0.2), member.Attack(model, images).Success);
        Assert.Equal(norm == Norm.L2, attack.Name.Contains("AutoAttack L2 eps", StringComparison.Ordinal));
        Assert.DoesNotContain("targets", attack.Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(62)]
    public void A_report_has_all_its_rows_and_the_right_numbers(int classes)
    {
        Sequential model = Identity(classes);
        double[] leads = [.. Enumerable.Range(0, Count).Select(i => 0.02 + 0.04 * i)];
        RobustnessReport report = RobustnessReport.Of(model, Leading(classes, leads), new RobustnessSettings(0.1f)
        {
            Steps = 10,
            Restarts = 1,
            Before = Identity(classes),
            Ensemble = AutoAttack.Standard(0.1f, 10, 20),
        });
        Assert.Equal(11, report.Rows.Count);
        Assert.Equal(1, report["clean"]!.Evaluation.Accuracy);
        foreach (string key in (string[])["pgd", "autoattack"])
            Assert.Equal(leads.Count(lead => lead >= 0.2), report[key]!.Evaluation.Correct);
        Assert.Contains("AutoAttack", report.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(report.ClassTable().ToHtml());
        Assert.NotEmpty(report.ClassChart().ToSvg());
    }

    // Labels are what the untrained network sees, so that every attack has images that stand; most classes of many never occur.
    [Theory]
    [InlineData(1, 1, 1, 2)]
    [InlineData(1, 1, 1, 3)]
    [InlineData(2, 2, 1, 4)]
    [InlineData(1, 5, 3, 2)]
    [InlineData(7, 3, 1, 3)]
    [InlineData(28, 28, 1, 2)]
    [InlineData(28, 28, 1, 62)]
    [InlineData(32, 32, 3, 3)]
    [InlineData(32, 32, 3, 62)]
    public void Any_shape_goes_through_report_and_AutoAttack(int height, int width, int channels, int classes)
    {
        var shape = new Shape(height, width, channels);
        INetwork model = SimpleCnn.Create(shape, classes, seed: 3);
        float[] pixels = TestNetworks.Images(Count, shape);
        var random = new ImageSet("random", shape, classes, pixels, new byte[Count]);
        var images = new ImageSet("random", shape, classes, pixels, [.. model.PredictClasses(random).Select(seen => (byte)seen)]);
        RobustnessReport report = RobustnessReport.Of(model, images, new RobustnessSettings(0.05f)
        {
            Steps = 2,
            Restarts = 1,
            Before = model,
            Ensemble = AutoAttack.Standard(0.05f, 2, 4),
        });
        Assert.Equal(11, report.Rows.Count);
        Assert.Equal(1, report["clean"]!.Evaluation.Accuracy);
        Assert.All(report.Rows, row => Assert.Equal(Count, row.Evaluation.Count));
        Assert.True(report["autoattack"]!.Evaluation.Accuracy <= 1);
        Assert.NotEmpty(report.ToHtml());
        Assert.NotEmpty(report.ClassChart().ToSvg());

        AttackResult euclidean = AutoAttack.Standard(0.2f, 2, 4, norm: Norm.L2).Attack(model, images);
        Assert.All(euclidean.PerturbationNorms(Norm.L2), size => Assert.InRange(size, 0, 0.2 * (1 + 1e-5)));
        Assert.Equal(4, euclidean.Standing.Count);
    }

    private static Sequential Identity(int classes)
    {
        var model = new Sequential(Shape.Vector(classes), 1, new Dense(classes), new Softmax());
        var kernel = new float[classes * classes];
        for (int c = 0; c < classes; c++)
            kernel[c * (classes + 1)] = 1;
        model.SetWeights([.. model.GetWeights().Select(tensor => tensor with { Values = tensor.Shape.Length == 2 ? kernel : new float[classes] })]);
        return model;
    }

    // All pixels 0.3, the second best 0.4, and the best by so much above it; class 0 never occurs where there are more than two.
    private static ImageSet Leading(int classes, double[] leads)
    {
        var pixels = new float[leads.Length * classes];
        var labels = new byte[leads.Length];
        for (int i = 0; i < leads.Length; i++)
        {
            int label = classes == 2 ? i % 2 : 1 + i % (classes - 1);
            Span<float> image = pixels.AsSpan(i * classes, classes);
            image.Fill(0.3f);
            image[(label + 1) % classes] = 0.4f;
            image[label] = (float)(0.4 + leads[i]);
            labels[i] = (byte)label;
        }

        return new ImageSet("leading", Shape.Vector(classes), classes, pixels, labels);
    }
}
