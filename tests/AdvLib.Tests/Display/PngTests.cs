namespace AdvLib.Tests;

public sealed class PngTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 1)]
    [InlineData(3, 5, 3)]
    [InlineData(200, 100, 3)]
    public void A_picture_decodes_to_the_same_pixels(int width, int height, int channels)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(i * 37))];
        PngReader read = PngReader.Read(Png.Encode(width, height, channels, pixels));
        Assert.Equal((width, height, channels), (read.Width, read.Height, read.Channels));
        Assert.Equal(pixels, read.Pixels);
    }
}
