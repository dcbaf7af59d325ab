namespace AdvLib.Tests;

public class ImageSetTests
{
    private static readonly Shape TwoByTwo = new(2, 2, 1);

    private static ImageSet Bytes() => new("tiny", TwoByTwo, 3, [0, 1, 2, 3, 100, 101, 102, 103, 252, 253, 254, 255], [2, 0, 1]);

    [Fact]
    public void Says_what_it_is() => Assert.Equal("tiny: 3 images 2x2x1, 3 classes", Bytes().ToString());

    [Theory]
    [InlineData(256)]
    [InlineData(299)] // no whole number of vectors
    [InlineData(5)]
    public void Every_byte_becomes_exactly_a_255th(int size)
    {
        var set = new ImageSet("all bytes", Shape.Vector(size), 2, [.. Enumerable.Range(0, size).Select(b => (byte)b)], [1]);
        float[] pixels = new float[size];
        set.CopyImages(0, 1, pixels);
        for (int b = 0; b < size; b++)
            Assert.Equal((byte)b / 255f, pixels[b]);
    }

    [Fact]
    public void Consecutive_and_gathered_copies_agree()
    {
        ImageSet set = Bytes();
        float[] run = new float[8], gathered = new float[8];
        set.CopyImages(1, 2, run);
        set.CopyImages([2, 1], gathered);
        Assert.Equal([100 / 255f, 101 / 255f, 102 / 255f, 103 / 255f, 252 / 255f, 253 / 255f, 254 / 255f, 1f], run);
        Assert.Equal(run[4..], gathered[..4]);
        Assert.Equal(run[..4], gathered[4..]);

        int[] labels = new int[2], gatheredLabels = new int[2];
        set.CopyLabels(1, 2, labels);
        set.CopyLabels([2, 1], gatheredLabels);
        Assert.Equal([0, 1], labels);
        Assert.Equal([1, 0], gatheredLabels);
        Assert.Equal(2, set.Label(0));
    }

    [Fact]
    public void A_longer_destination_keeps_its_end()
    {
        float[] pixels = [.. Enumerable.Repeat(7f, 5)];
        Bytes().CopyImages(0, 1, pixels);
        Assert.Equal(7f, pixels[4]);
    }

    [Fact]
    public void Copies_allocate_nothing()
    {
        ImageSet set = Bytes();
        float[] pixels = new float[12];
        int[] labels = new int[3], indices = [2, 0, 1];
        CopyAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        CopyAll();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void CopyAll()
        {
            set.CopyImages(0, 3, pixels);
            set.CopyImages(indices, pixels);
            set.CopyLabels(0, 3, labels);
            set.CopyLabels(indices, labels);
        }
    }

    [Fact]
    public void Float_pixels_are_copied_as_they_are()
    {
        float[] pixels = [-0.1f, 0, 1, 1.1f];
        var set = new ImageSet("unclipped", TwoByTwo, 2, pixels, [1]);
        float[] copy = new float[4];
        set.CopyImages(0, 1, copy);
        Assert.Equal(pixels, copy);
    }

    [Fact]
    public void Take_gives_the_first_images_and_no_more()
    {
        ImageSet first = Bytes().Take(2);
        Assert.Equal("tiny: 2 images 2x2x1, 3 classes", first.ToString());
        Assert.Equal([2, 0], first.Labels.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Label(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.CopyImages([2], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.CopyImages(1, 2, new float[8]));

        var e = Assert.Throws<ImageSetException>(() => first.Take(3));
        Assert.Contains("3 images were asked of 'tiny'", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("at most 2, which is all it holds. Ask for 2 or fewer.", e.Message, StringComparison.Ordinal);
        Assert.Same(first, first.Take(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => first.Take(0));
    }

    [Fact]
    public void Skip_gives_what_Take_leaves()
    {
        foreach (ImageSet all in (ImageSet[])[Bytes(), Bytes().WithPixels("tiny", [.. Enumerable.Range(0, 12).Select(i => i / 12f)]), Bytes().Take(2)])
        {
            ImageSet rest = all.Skip(1);
            Assert.Equal($"tiny: {all.Count - 1} images 2x2x1, 3 classes", rest.ToString());
            Assert.Equal(all.Labels[1..].ToArray(), rest.Labels.ToArray());
            var (expected, found) = (new float[4], new float[4]);
            for (int i = 1; i < all.Count; i++)
            {
                all.CopyImages(i, 1, expected);
                rest.CopyImages(i - 1, 1, found);
                Assert.Equal(expected, found);
            }

            Assert.Same(all, all.Skip(0));
            Assert.Contains($"at most {all.Count - 1} of its {all.Count}", Assert.Throws<ImageSetException>(() => all.Skip(all.Count)).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentOutOfRangeException>(() => all.Skip(-1));
        }
    }

    [Fact]
    public void WithPixels_keeps_the_labels()
    {
        ImageSet adversarial = Bytes().Take(2).WithPixels("adversarial", new float[8]);
        Assert.Equal("adversarial: 2 images 2x2x1, 3 classes", adversarial.ToString());
        Assert.Equal([2, 0], adversarial.Labels.ToArray());
        var e = Assert.Throws<ShapeMismatchException>(() => adversarial.WithPixels("longer", new float[12]));
        Assert.Contains("12 pixels for 2 labels", e.Message, StringComparison.Ordinal);
        Assert.Contains("which is 8 pixels", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_set_is_an_error()
    {
        var e = Assert.Throws<ImageSetException>(() => new ImageSet("none", TwoByTwo, 2, Array.Empty<byte>(), []));
        Assert.Contains("'none' has no image", e.Message, StringComparison.Ordinal);
        Assert.Throws<ImageSetException>(() => new ImageSet("none", TwoByTwo, 2, Array.Empty<float>(), []));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(0)]
    public void Pixels_and_labels_must_agree(int pixels)
    {
        var e = Assert.Throws<ShapeMismatchException>(() => new ImageSet("x", TwoByTwo, 2, new byte[pixels], [0, 1]));
        Assert.Contains($"{pixels} pixels for 2 labels", e.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => new ImageSet("x", TwoByTwo, 2, new float[pixels], [0, 1]));
    }

    [Theory]
    [InlineData(0, 2, 1)]
    [InlineData(2, -2, 1)]
    [InlineData(2, 2, 0)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(1 << 16, 1 << 16, 1)] // 2^32 pixels, which is 0 in 32 bits
    public void A_shape_that_cannot_be_is_an_error(int height, int width, int channels) =>
        Assert.Throws<ShapeMismatchException>(() => new ImageSet("x", new Shape(height, width, channels), 2, Array.Empty<byte>(), [0]));

    [Fact]
    public void Labels_stay_within_the_classes()
    {
        var e = Assert.Throws<ImageSetException>(() => new ImageSet("x", TwoByTwo, 3, new byte[8], [2, 3]));
        Assert.Contains("label 3 at image 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("labels from 0 to 2", e.Message, StringComparison.Ordinal);
        Assert.Throws<ImageSetException>(() => new ImageSet("x", TwoByTwo, 1, new byte[4], [0]));
        Assert.Equal(300, new ImageSet("x", TwoByTwo, 300, new byte[4], [255]).Classes);
    }

    [Fact]
    public void Images_that_are_not_there_and_short_spans_are_errors()
    {
        ImageSet set = Bytes();
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyImages(-1, 1, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyImages(0, -1, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyImages(int.MaxValue, 2, new float[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyImages([0, 3], new float[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyLabels([-1], new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.CopyLabels(2, 2, new int[2]));

        var e = Assert.Throws<ShapeMismatchException>(() => set.CopyImages(0, 2, new float[7]));
        Assert.Contains("holds 7 values", e.Message, StringComparison.Ordinal);
        Assert.Contains("at least 8", e.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => set.CopyImages([0, 1], new float[7]));
        Assert.Throws<ShapeMismatchException>(() => set.CopyLabels(0, 2, new int[1]));
        Assert.Throws<ShapeMismatchException>(() => set.CopyLabels([0, 1], new int[1]));
    }
}
