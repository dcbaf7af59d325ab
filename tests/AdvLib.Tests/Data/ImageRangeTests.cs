namespace AdvLib.Tests;

/// <summary>What an image set knows of its pixels: their range, and that each is a number.</summary>
public class ImageRangeTests
{
    private static readonly Shape Shape = new(2, 3, 2);

    private static ImageSet Set(params float[] pixels) => new("s", Shape.Vector(pixels.Length), 2, pixels, [1]);

    [Fact]
    public void The_range_is_that_of_the_pixels()
    {
        Assert.Equal(PixelRange.Unit, new ImageSet("bytes", Shape.Vector(2), 2, new byte[] { 3, 4 }, [1]).Range);
        for (int length = 1; length < 40; length++)
        {
            for (int at = 0; at < length; at++)
            {
                float[] pixels = [.. Enumerable.Repeat(0.5f, length)];
                pixels[at] = -0.25f;
                pixels[length - 1 - at] += 1;
                Assert.Equal(new PixelRange(pixels.Min(), pixels.Max()), Set(pixels).Range);
            }
        }
    }

    [Fact]
    public void Parts_and_copies_have_the_range_of_their_own_pixels()
    {
        var all = new ImageSet("all", Shape.Vector(2), 2, [0.25f, 0.5f, -3, 0.5f, 0, 9], [0, 1, 1]);
        Assert.Equal(new PixelRange(-3, 9), all.Range);
        Assert.Equal(new PixelRange(0.25f, 0.5f), all.Take(1).Range);
        Assert.Equal(new PixelRange(0, 9), all.Skip(2).Range);
        Assert.Equal(new PixelRange(1, 2), all.Take(1).WithPixels("other", [2, 1]).Range);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_pixel_that_is_no_number_is_refused_wherever_it_is(float fault, string text)
    {
        for (int at = 0; at < 36; at++)
        {
            float[] pixels = new float[36];
            pixels[at] = fault;
            var e = Assert.Throws<ImageSetException>(() => new ImageSet("one", Shape, 2, pixels, [0, 1, 0]));
            Assert.Contains($"'one' has {text} at [{at / 12}, {at % 12 / 6}, {at % 6 / 2}, {at % 2}] (image, row, column, channel).", e.Message, StringComparison.Ordinal);
            Assert.Throws<ImageSetException>(() => new ImageSet("good", Shape, 2, new float[36], [0, 1, 0]).WithPixels("attacked", pixels));
        }
    }

    [Fact]
    public void The_largest_numbers_are_numbers() => Assert.Equal(float.MaxValue, Set(float.MinValue, float.MaxValue, float.MaxValue).Range.High);

    [Theory]
    [InlineData(0, 255, "bytes 0 to 255 (or more bits): divide them by 255")]
    [InlineData(0, 65535, "divide them by 255 (or their largest value)")]
    [InlineData(-0.4242f, 2.8215f, "normalised by mean and deviation: keep pixels in [0, 1], and declare mean and deviation at the model")]
    [InlineData(-1, 1, "scaled to [-1, 1]")]
    [InlineData(-123, 151, "normalised by mean and deviation")]
    [InlineData(-0.1f, 1.1f, "An attack that does not clip may have made them")]
    public void Pixels_outside_the_clip_are_refused_and_the_cause_is_named(float low, float high, string cause)
    {
        var e = Assert.Throws<ImageSetException>(() => Set(low, high).RequireScale(PixelRange.Unit, 0.1f));
        Assert.Contains($"'s' has pixels in {new PixelRange(low, high)}. Expected: pixels in [0, 1], the attack's clip.", e.Message, StringComparison.Ordinal);
        Assert.Contains(cause, e.Message, StringComparison.Ordinal);

        // Without a clip, what an attack without one leaves is as good as clean.
        if (high is > 1.5f or 1)
            Assert.Contains(cause, Assert.Throws<ImageSetException>(() => Set(low, high).RequireScale(clip: null)).Message, StringComparison.Ordinal);
        else
            Set(low, high).RequireScale(clip: null, 0.1f);
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(1.0001f, 1.0001f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    public void An_epsilon_beyond_the_range_is_asked_about(float epsilon, float shown)
    {
        foreach (PixelRange? clip in new PixelRange?[] { PixelRange.Unit, null })
        {
            var e = Assert.Throws<ImageSetException>(() => Set(0, 1).RequireScale(clip, epsilon));
            Assert.Contains(FormattableString.Invariant($"if {shown}/255 is meant, write {shown}f / 255."), e.Message, StringComparison.Ordinal);
            Set(0, 1).RequireScale(clip, 1);
        }
    }

    [Fact]
    public void A_clip_of_bytes_does_not_fit_pixels_that_were_divided()
    {
        var e = Assert.Throws<ImageSetException>(() => Set(0, 1).RequireScale(new PixelRange(0, 255), 8));
        Assert.Contains("divide the clip's bounds, epsilon and step by 255", e.Message, StringComparison.Ordinal);
        Set(0, 255).RequireScale(new PixelRange(0, 255), 8);
        Set(-0.42f, 2.82f).RequireScale(new PixelRange(-0.4243f, 2.8216f), 0.1f);
    }
}
