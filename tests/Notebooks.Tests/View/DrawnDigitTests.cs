using AdvLib;
using AdvNotebooks.Cli.View;

namespace AdvNotebooks.Tests.View;

public sealed class DrawnDigitTests
{
    private const int Side = DrawnDigit.Side;
    private static readonly Shape Mnist = new(28, 28, 1);

    [Theory]
    [InlineData(30, 10, 6, 60)]
    [InlineData(0, 0, 84, 84)]
    [InlineData(70, 70, 10, 14)]
    [InlineData(5, 40, 50, 8)]
    [InlineData(83, 83, 1, 1)]
    public void A_box_is_scaled_to_20_and_centred_wherever_it_was_drawn(int left, int top, int width, int height)
    {
        float[] image = DrawnDigit.Place(Box(left, top, width, height), Mnist);
        double mass = image.Sum();
        double x = image.Select((value, i) => value * (i % 28 + 0.5)).Sum() / mass;
        double y = image.Select((value, i) => value * (i / 28 + 0.5)).Sum() / mass;
        Assert.Equal(14, x, 1e-3);
        Assert.Equal(14, y, 1e-3);
        double scale = 20.0 / Math.Max(width, height);
        Assert.Equal(width * height * scale * scale, mass, 1e-2);
        Assert.All(image, value => Assert.InRange(value, 0, 1));
        Assert.Equal(0, image[0]);
    }

    [Fact]
    public void The_centre_of_mass_is_in_the_middle_not_that_of_the_box()
    {
        // A bar with a foot to the right: an L. The mass is left of the box's middle.
        float[] drawing = Box(20, 10, 8, 60);
        Array.Copy(Box(20, 62, 40, 8), 62 * Side, drawing, 62 * Side, 8 * Side);
        float[] image = DrawnDigit.Place(drawing, Mnist);
        int[] columns = [.. Enumerable.Range(0, 784).Where(i => image[i] > 0).Select(i => i % 28).Distinct().Order()];
        // To a part of a pixel: an edge within one counts as its middle.
        Assert.Equal(14, image.Select((value, i) => value * (i % 28 + 0.5)).Sum() / image.Sum(), 0.05);
        Assert.True(columns[0] + columns[^1] > 28, $"The box is at columns {columns[0]} to {columns[^1]}.");
    }

    [Fact]
    public void A_far_centre_of_mass_leaves_the_digit_whole()
    {
        // A block with a hair across the whole drawing: centred by mass the hair would leave the image.
        float[] drawing = Box(0, 0, 40, 40);
        for (int column = 0; column < Side; column++)
            drawing[83 * Side + column] = 0.01f;
        float[] image = DrawnDigit.Place(drawing, Mnist);
        double scale = 20.0 / 84;
        Assert.Equal(scale * scale * drawing.Sum(), image.Sum(), 1e-2);
    }

    [Fact]
    public void Other_shapes_get_the_same_share_of_their_frame_and_every_channel()
    {
        float[] image = DrawnDigit.Place(Box(10, 10, 30, 60), new Shape(32, 40, 3));
        Assert.Equal(32 * 40 * 3, image.Length);
        Assert.All(image.Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
        double length = 32 * 20.0 / 28;
        Assert.Equal(3 * length * length / 2, image.Sum(), 0.05);
    }

    private static float[] Box(int left, int top, int width, int height)
    {
        var drawing = new float[Side * Side];
        for (int y = top; y < top + height; y++)
            drawing.AsSpan(y * Side + left, width).Fill(1);
        return drawing;
    }
}
