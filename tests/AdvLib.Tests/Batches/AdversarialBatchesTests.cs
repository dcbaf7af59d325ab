namespace AdvLib.Tests;

public sealed class AdversarialBatchesTests
{
    private static readonly ImageSet Images = NumberedImages.Create(40, new(2, 2, 1));

    [Fact]
    public void Every_image_is_attacked_drawn_once_and_keeps_its_label()
    {
        var batches = new AdversarialBatches(Fake(), Images, 33, NumberedImages.Epsilon);
        Assert.Equal(33, batches.BatchSize);
        for (int step = 0; step < 20; step++)
        {
            Batch batch = batches.Next();
            List<(int Number, float[] Changes)> images = NumberedImages.Read(batch);
            Assert.All(images, image => Assert.All(image.Changes, change => Assert.Equal(NumberedImages.Epsilon, change)));
            Assert.Equal(33, images.Select(image => image.Number).Distinct().Count());
            Assert.Equal(images.Select(image => image.Number % NumberedImages.Classes), batch.Labels.ToArray());
        }
    }

    [Fact]
    public void Draws_are_independent_from_batch_to_batch()
    {
        var batches = new AdversarialBatches(Fake(), Images, 20, NumberedImages.Epsilon);
        var drawn = new HashSet<int>();
        int[] first = [.. NumberedImages.Numbers(batches.Next()).Order()];
        int[] second = [.. NumberedImages.Numbers(batches.Next()).Order()];
        Assert.NotEqual(first, second);
        Assert.NotEmpty(first.Intersect(second));
        for (int step = 0; step < 20; step++)
            drawn.UnionWith(NumberedImages.Numbers(batches.Next()));
        Assert.Equal(40, drawn.Count);
    }

    [Fact]
    public void The_default_is_the_recipes_epsilon()
    {
        ImageSet one = new("one", Shape.Vector(1), 2, [0f], [0]);
        Assert.Equal([0.01f], new AdversarialBatches(new FakeClassifier(one.Shape, 2), one, 1).Next().Images.ToArray());
        Assert.Equal([0.5f], new AdversarialBatches(new FakeClassifier(one.Shape, 2), one, 1, new Fgsm(0.7f) { Clip = new(0, 0.5f) }).Next().Images.ToArray());
    }

    [Fact]
    public void The_seed_decides_the_batches()
    {
        int[] Batch(ulong seed) => NumberedImages.Numbers(new AdversarialBatches(Fake(), Images, 20, NumberedImages.Epsilon, seed).Next());
        Assert.Equal(Batch(1), Batch(1));
        Assert.NotEqual(Batch(1), Batch(2));
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdversarialBatches(Fake(), Images, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdversarialBatches(Fake(), Images, 4, epsilon: float.NaN));
        Assert.Throws<ArgumentNullException>(() => new AdversarialBatches(null!, Images, 4));
        Assert.Throws<ImageSetException>(() => new AdversarialBatches(Fake(), Images, 41).Next());
    }

    private static FakeClassifier Fake() => new(Images.Shape, NumberedImages.Classes);
}
