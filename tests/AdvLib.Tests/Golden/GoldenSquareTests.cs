namespace AdvLib.Tests;

/// <summary>
/// Square in L2 against an implementation in PyTorch float64 (tests/golden/make_golden_square.py), from the same random numbers: on a
/// network, and window by window on a picture in colour.
/// </summary>
public sealed class GoldenSquareTests
{
    private static readonly GoldenFile Golden = GoldenFile.Open("square_l2");

    [Fact]
    public void Adversaries_agree()
    {
        float[] images = GoldenFile.Open("simplecnn_inference").Values("images");
        int[] labels = Golden.Integers("labels");
        Sequential model = GoldenSimpleCnnTests.CreateModel();
        var adversaries = new float[images.Length];
        new Square(0.109375f) { Norm = Norm.L2, Queries = 400 }.Perturb(model, images, labels, adversaries);

        // A window drawn over its own mirror image all but vanishes, and what is left, rounding too, is stretched to its length.
        GoldenAssert.Close(Golden.Values("images"), adversaries, 1e-3, "images");
        float[] margins = [.. TestNetworks.LogitsOf(model, adversaries).Chunk(10)
            .Select((row, i) => Loss.CwMargin.Evaluate(row, labels[i], new float[10]))];
        GoldenAssert.Close(Golden.Values("margins"), margins, 1e-3, "margins");
        Assert.Equal(5, margins.Count(margin => margin > 0));
    }

    [Fact]
    public void A_start_and_windows_in_colour_agree()
    {
        var shape = new Shape(17, 11, 3);
        const float Epsilon = 1.5f;
        float[] clean = Golden.Values("picture");
        float[] image = [.. clean];
        Rng rng = ImageRandom.Of(clean, 42);
        float[][] steps = [.. Golden.Values("steps").Chunk(shape.Size)];
        SquareWindows.DrawStart(rng, shape, Epsilon, PixelRange.Unit, clean, image);
        GoldenAssert.Close(steps[0], image, 1e-6, "the start");
        foreach ((int side, float[] expected) in (ReadOnlySpan<(int, float[])>)[(7, steps[1]), (5, steps[2]), (3, steps[3])])
        {
            SquareWindows.DrawWindow(rng, shape, side, Epsilon, PixelRange.Unit, clean, image);
            GoldenAssert.Close(expected, image, 1e-6, $"a window of {side}");
        }

        // The cut shortens it, and the next window takes up what was lost.
        Assert.InRange(Norm.L2.Length([.. image.Zip(clean, (a, b) => a - b)]), 0.5 * Epsilon, Epsilon);
    }
}
