using System.Security.Cryptography;

namespace AdvLib.Tests;

public class SyntheticDigitsTests
{
    private static byte[] Pixels(ImageSet set)
    {
        float[] pixels = new float[set.Count * set.Shape.Size];
        set.CopyImages(0, set.Count, pixels);
        return [.. pixels.Select(p => (byte)(p * 255 + 0.5f))];
    }

    [Fact]
    public void The_bits_are_pinned()
    {
        // Evidence, not something to refresh: other bits here mean that no figure measured on synthetic digits can be compared.
        ImageSet set = SyntheticDigits.Create(200, 42, RandomPurpose.TrainDigits);
        Assert.Equal("a9434f5fa014a4cdbfb737c1903d98256c86627055af6f052300667558564f3e", Convert.ToHexStringLower(SHA256.HashData(Pixels(set))));
        Assert.Equal("81aeaa49328ae7ab5d1efc526b98cfd4c169560ca81b2ee22ad648a39d1ae833", Convert.ToHexStringLower(SHA256.HashData(set.Labels)));
    }

    [Fact]
    public void A_smaller_set_is_the_beginning_of_a_larger_one()
    {
        ImageSet small = SyntheticDigits.Create(25, 7, RandomPurpose.TestDigits), large = SyntheticDigits.Create(60, 7, RandomPurpose.TestDigits);
        Assert.Equal(Pixels(small), Pixels(large.Take(25)));
        Assert.Equal(small.Labels.ToArray(), large.Take(25).Labels.ToArray());
    }

    [Fact]
    public void Seed_and_purpose_make_other_images()
    {
        byte[] train = Pixels(SyntheticDigits.Create(50, 1, RandomPurpose.TrainDigits));
        Assert.NotEqual(train, Pixels(SyntheticDigits.Create(50, 2, RandomPurpose.TrainDigits)));
        Assert.NotEqual(train, Pixels(SyntheticDigits.Create(50, 1, RandomPurpose.TestDigits)));
    }

    [Fact]
    public void Labels_are_balanced_and_shuffled()
    {
        ImageSet set = SyntheticDigits.Create(1000, 3, RandomPurpose.TrainDigits);
        Assert.Equal("synthetic digits train: 1000 images 28x28x1, 10 classes", set.ToString());
        Assert.All(set.Labels.ToArray().CountBy(label => label), pair => Assert.Equal(100, pair.Value));
        Assert.NotEqual(set.Labels[..10].ToArray(), set.Labels[10..20].ToArray());
    }

    [Fact]
    public void Every_image_is_light_on_dark_and_lies_within_the_frame()
    {
        byte[] pixels = Pixels(SyntheticDigits.Create(2000, 5, RandomPurpose.TestDigits));
        int touching = 0;
        foreach (byte[] image in pixels.Chunk(784))
        {
            Assert.InRange(image.Max(), (byte)190, (byte)255);
            Assert.InRange(image.Count(p => p > 0), 40, 350);
            bool edge = Enumerable.Range(0, 28).Any(i => image[i] > 0 || image[27 * 28 + i] > 0 || image[28 * i] > 0 || image[28 * i + 27] > 0);
            touching += edge ? 1 : 0;
        }

        Assert.InRange(touching, 0, 100);
    }

    [Fact]
    public void Digits_resemble_their_own_kind_most()
    {
        // The nearest class mean is a poor classifier, but far better than chance only if label and drawing belong together.
        const int size = 784;
        ImageSet train = SyntheticDigits.Create(2000, 1, RandomPurpose.TrainDigits), test = SyntheticDigits.Create(500, 1, RandomPurpose.TestDigits);
        byte[] trainPixels = Pixels(train), testPixels = Pixels(test);
        float[,] mean = new float[10, size];
        for (int i = 0; i < train.Count; i++)
        {
            for (int p = 0; p < size; p++)
                mean[train.Label(i), p] += trainPixels[i * size + p] / 200f;
        }

        int right = Enumerable.Range(0, test.Count).Count(i => test.Label(i) == Enumerable.Range(0, 10).MinBy(c => Distance(i, c)));
        Assert.InRange(right, 300, 500);

        double Distance(int i, int c)
        {
            double sum = 0;
            for (int p = 0; p < size; p++)
                sum += Math.Pow(testPixels[i * size + p] - mean[c, p], 2);
            return sum;
        }
    }

    [Fact]
    public void What_cannot_be_drawn_is_an_error()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Create(0, 1, RandomPurpose.TrainDigits));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Create(int.MaxValue, 1, RandomPurpose.TrainDigits));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticDigits.Create(10, 1, RandomPurpose.Shuffle));
    }
}
