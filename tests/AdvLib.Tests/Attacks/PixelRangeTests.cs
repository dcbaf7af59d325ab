namespace AdvLib.Tests;

public sealed class PixelRangeTests
{
    [Fact]
    public void The_unit_range_is_that_of_a_real_image()
    {
        Assert.Equal((0f, 1f), (PixelRange.Unit.Low, PixelRange.Unit.High));
        Assert.Equal("[0, 1]", PixelRange.Unit.ToString());
        Assert.Equal("[-0.5, 1.25]", new PixelRange(-0.5f, 1.25f).ToString());
    }
}
