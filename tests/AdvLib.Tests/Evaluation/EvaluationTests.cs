namespace AdvLib.Tests;

public sealed class EvaluationTests
{
    private static readonly ImageSet Five = new("five", Shape.Vector(3), 3, [2f, 0, 0, 0, 1, 0, 0, 3, 0, 1, 0, 1, 0, 0, 0], [0, 1, 0, 2, 1]);

    // The pixels are the logits.
    private static readonly FakeClassifier Mirror = new(Shape.Vector(3), 3) { Answer = image => image };

    // Half of a level's change is lost: what fooled the model in floats need not as a picture.
    [Fact]
    public void Rounded_to_8_bits_an_adversary_may_be_none()
    {
        var model = new FakeClassifier(Shape.Vector(2), 2)
        {
            Answer = image => [0.5f, image[0] * 255 >= 100.5f ? 1 : 0],
            Slope = (_, _) => [1, 0],
        };
        var images = new ImageSet("levels", model.InputShape, 2, [100, 0, 99, 0, 50, 0], [0, 0, 0]);
        Assert.Equal(2 / 3.0, Evaluation.Under(new Fgsm(0.6f / 255), model, images).Accuracy, 1e-9);
        Evaluation rounded = Evaluation.Under(new Fgsm(0.6f / 255), model, images, quantize: true);
        Assert.Equal((1.0, EvaluationKind.Fresh), (rounded.Accuracy, rounded.Kind));
        Assert.Contains("8 bits", rounded.Images, StringComparison.Ordinal);

        // At two levels both are pictures, and the change is as large as epsilon allows.
        Assert.Equal(1 / 3.0, Evaluation.Under(new Fgsm(2f / 255), model, images, quantize: true).Accuracy, 1e-9);
    }

    [Fact]
    public void Loss_accuracy_and_confusion_are_those_counted_by_hand()
    {
        Evaluation evaluation = Evaluation.Of(Mirror, Five);

        // Image 3 is a tie that goes to the first class, image 4 says nothing at all.
        int[,] expected = { { 1, 1, 0 }, { 1, 1, 0 }, { 1, 0, 0 } };
        Assert.Equal(expected, evaluation.Confusion);
        Assert.Equal(0.4, evaluation.Accuracy);
        Assert.Equal([0.5, 0.5, 0], evaluation.ClassAccuracy);
        Assert.Equal((5, 3, "five", EvaluationKind.Clean), (evaluation.Count, evaluation.Classes, evaluation.Images, evaluation.Kind));

        double e = Math.E;
        double[] losses = [Math.Log(e * e + 2) - 2, Math.Log(e + 2) - 1, Math.Log(e * e * e + 2), Math.Log(2 * e + 1) - 1, Math.Log(3)];
        Assert.Equal(losses.Average(), evaluation.Loss, 1e-6);
    }

    [Fact]
    public void The_loss_is_the_mean_of_all_images_over_any_number_of_chunks()
    {
        const int Count = 1203;
        ImageSet images = TestNetworks.Set(Count, Shape.Vector(4), 4);
        var model = new FakeClassifier(Shape.Vector(4), 4) { Answer = image => [.. image.Select(pixel => 5 * pixel)] };
        Evaluation evaluation = Evaluation.Of(model, images);
        Assert.Equal(Count, model.Asked.Sum());
        Assert.True(model.Asked.Count > 1 && model.Asked[^1] < model.Asked[0], "The set does not fill its last chunk.");

        var pixels = new float[Count * 4];
        images.CopyImages(0, Count, pixels);
        double loss = 0;
        int correct = 0;
        for (int i = 0; i < Count; i++)
        {
            double[] logits = [.. pixels[(i * 4)..((i + 1) * 4)].Select(pixel => 5.0 * pixel)];
            loss += Math.Log(logits.Sum(Math.Exp)) - logits[images.Label(i)];
            correct += Array.IndexOf(logits, logits.Max()) == images.Label(i) ? 1 : 0;
        }

        Assert.Equal(loss / Count, evaluation.Loss, 1e-6);
        Assert.Equal((double)correct / Count, evaluation.Accuracy);
        Assert.Equal(Count, evaluation.Confusion.Cast<int>().Sum());
        for (int c = 0; c < 4; c++)
            Assert.Equal(images.Labels.ToArray().Count(label => label == c), Enumerable.Range(0, 4).Sum(p => evaluation.Confusion[c, p]));
    }

    [Fact]
    public void Evaluating_changes_nothing_in_a_network()
    {
        Sequential model = TestNetworks.SmallCnn();
        model.TrainOnBatch(TestNetworks.Images(20, model.InputShape), TestNetworks.Labels(20, 4), Loss.CrossEntropy, new Adam());
        float[] weights = TestNetworks.AllWeights(model);
        ImageSet images = TestNetworks.Set(70, model.InputShape, 4);
        Assert.Equal(Evaluation.Of(model, images).Loss, Evaluation.Of(model, images).Loss);
        Assert.Equal(weights, TestNetworks.AllWeights(model));
    }

    [Fact]
    public void A_class_without_images_has_no_accuracy()
    {
        // Two of four classes: the set may know fewer than the model.
        var images = new ImageSet("two", Shape.Vector(4), 2, [1f, 0, 0, 0, 0, 0, 0, 1], [0, 1]);
        Evaluation evaluation = Evaluation.Of(new FakeClassifier(Shape.Vector(4), 4) { Answer = image => image }, images);
        Assert.Equal([1, 0, double.NaN, double.NaN], evaluation.ClassAccuracy);
        Assert.Equal(4, evaluation.Classes);
        Assert.Equal(1, evaluation.Confusion[1, 3]);
        Assert.Equal(0.5, evaluation.Accuracy);
    }

    [Fact]
    public void The_confusion_handed_out_is_a_copy()
    {
        Evaluation evaluation = Evaluation.Of(Mirror, Five);
        evaluation.Confusion[0, 0] = 99;
        Assert.Equal(1, evaluation.Confusion[0, 0]);
    }

    [Fact]
    public void It_reads_in_one_line_with_kind_and_name()
    {
        Assert.Equal("clean: accuracy 40.00%, loss 1.1693, 5 images (five)", ProcessState.InGerman(Evaluation.Of(Mirror, Five).ToString));
        foreach (EvaluationKind kind in Enum.GetValues<EvaluationKind>())
            Assert.StartsWith($"{kind.ToString().ToLowerInvariant()}: ", Evaluation.Of(Mirror, Five, kind).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_shows_as_a_table()
    {
        string html = ProcessState.InGerman(Evaluation.Of(Mirror, Five, EvaluationKind.Stale).ToHtml);
        foreach (string part in (string[])["Stale: five", "40.00%", "1.1693", ">5<"])
            Assert.Contains(part, html, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_do_not_fit_the_model_are_refused()
    {
        foreach (ImageSet images in (ImageSet[])
        [
            TestNetworks.Set(4, Shape.Vector(5), 3),
            TestNetworks.Set(4, new(3, 1, 1), 3), // as many pixels, of another shape
            TestNetworks.Set(4, Shape.Vector(3), 4),
        ])
        {
            var e = Assert.Throws<ShapeMismatchException>(() => Evaluation.Of(Mirror, images));
            foreach (string part in (string[])[$"Images of {images.Shape} in {images.Classes} classes", "a model of 1x1x3 and 3 classes", "Build the model from the image set's shape and classes."])
                Assert.Contains(part, e.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentNullException>(() => Evaluation.Of(null!, Five));
        Assert.Throws<ArgumentNullException>(() => Evaluation.Of(Mirror, null!));
    }

    [Fact]
    public void Under_an_attack_is_the_evaluation_of_the_attacked_set()
    {
        Sequential model = TestNetworks.SmallCnn();
        ImageSet images = TestNetworks.Set(620, TestNetworks.Small, 4);
        var attack = new Fgsm(0.2f);
        Evaluation kept = Evaluation.Of(model, attack.Perturb(model, images), EvaluationKind.Fresh);
        Evaluation under = Evaluation.Under(attack, model, images);
        Assert.Equal((kept.Loss, kept.Accuracy, kept.Count, kept.Kind, kept.Images), (under.Loss, under.Accuracy, under.Count, under.Kind, under.Images));
        Assert.Equal(kept.Confusion, under.Confusion);
        Assert.NotEqual(Evaluation.Of(model, images).Loss, under.Loss);
    }
}
