namespace AdvLib.Tests;

public sealed class AttackExtensionsTests
{
    // Over two borders between chunks, with a last chunk that is not full.
    private const int Count = 1201;

    [Fact]
    public void A_set_keeps_its_order_and_its_labels()
    {
        ImageSet images = TestNetworks.Set(Count, new(2, 3, 1), 7);

        // The gradient depends on image and label: a mix-up of either shows.
        var model = new FakeClassifier(images.Shape, 7) { Slope = (image, label) => [.. image.Select((pixel, i) => (i + label) % 2 == 0 ? pixel - 0.5f : 0.3f - pixel)] };
        ImageSet attacked = new Fgsm(0.125f).Perturb(model, images);

        Assert.Equal("random, FGSM eps 0.125, mean squared error", attacked.Name);
        Assert.Equal((images.Shape, 7, Count), (attacked.Shape, attacked.Classes, attacked.Count));
        Assert.Equal(images.Labels, attacked.Labels);
        Assert.Equal(Count, model.Asked.Sum());
        float[] clean = All(images), found = All(attacked);
        for (int i = 0; i < Count; i++)
        {
            float[] image = clean[(i * 6)..((i + 1) * 6)];
            float[] slope = model.Slope(image, images.Label(i));
            Assert.Equal(image.Select((pixel, p) => pixel + 0.125f * MathF.Sign(slope[p])), found[(i * 6)..((i + 1) * 6)]);
        }
    }

    [Fact]
    public void A_set_gives_the_same_bits_as_its_images_one_by_one()
    {
        Sequential model = TestNetworks.SmallCnn();
        ImageSet images = TestNetworks.Set(505, model.InputShape, 4);
        var attack = new Fgsm(0.1f) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit };
        float[] clean = All(images), found = All(attack.Perturb(model, images));
        int size = model.InputShape.Size;
        foreach (int i in (int[])[0, 1, 127, 128, 499, 500, 501, 504])
        {
            var one = new float[size];
            attack.Perturb(model, clean.AsSpan(i * size, size), [images.Label(i)], one);
            Assert.Equal(one, found[(i * size)..((i + 1) * size)]);
        }
    }

    [Fact]
    public void A_set_of_bytes_is_attacked_as_pixels_of_0_to_1_and_stays_as_it_is()
    {
        byte[] pixels = [0, 51, 102, 255];
        var images = new ImageSet("bytes", Shape.Vector(2), 2, pixels, [0, 1]);
        ImageSet attacked = new Fgsm(0.5f).Perturb(new FakeClassifier(images.Shape, 2), images);
        Assert.Equal([0.5f, 51 / 255f + 0.5f, 102 / 255f + 0.5f, 1.5f], All(attacked));
        Assert.Equal([0, 51, 102, 255], pixels);
        Assert.Equal([0, 51 / 255f, 102 / 255f, 1], All(images));
    }

    [Fact]
    public void Labels_beyond_the_models_classes_are_refused()
    {
        Sequential model = TestNetworks.SmallCnn();
        Assert.Throws<ShapeMismatchException>(() => new Fgsm().Perturb(model, TestNetworks.Set(30, model.InputShape, 9)));
        Assert.Throws<ArgumentNullException>(() => new Fgsm().Perturb(model, null!));
        Assert.Throws<ArgumentNullException>(() => ((IAttack<IDifferentiableClassifier>)null!).Perturb(model, TestNetworks.Set(30, model.InputShape, 4)));
    }

    private static float[] All(ImageSet images)
    {
        var pixels = new float[images.Count * images.Shape.Size];
        images.CopyImages(0, images.Count, pixels);
        return pixels;
    }
}
