using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class ImageGridTests
{
    private static readonly Shape Row = new(1, 5, 1);

    [Fact]
    public void Grey_values_become_grey_levels_and_clamp()
    {
        PngReader png = Images(new ImageGrid("t", Row).Add([-0.5f, 0, 0.5f, 1, 1.5f], "c"))[0];
        Assert.Equal((5, 1, 1), (png.Width, png.Height, png.Channels));
        Assert.Equal<byte>([0, 0, 128, 255, 255], png.Pixels);
    }

    [Fact]
    public void Clamping_is_said()
    {
        Assert.Contains("clamped for display (1 of 2 pictures)", new ImageGrid("t", Row).Add([0, 0, 0, 0, 1.1f], "c").Add(new float[5], "d").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("clamped", new ImageGrid("t", Row).Add([0, 0, 0, 0, 1], "c").ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void Signed_values_run_from_blue_over_white_to_red_on_one_symmetric_scale()
    {
        ImageGrid grid = new ImageGrid("t", Row).AddSigned([-0.1f, -0.05f, 0, 0.05f, 0.1f], "a").AddSigned([0.2f, 0, 0, 0, 0], "b");
        byte[] pixels = Images(grid)[0].Pixels;
        Assert.Equal<byte>([255, 255, 255], pixels[6..9]);
        Assert.True(pixels[2] > pixels[0] && pixels[12] > pixels[14], "blue below zero, red above");
        Assert.Equal(Images(grid)[1].Pixels[..3], Images(grid)[2].Pixels[^3..]);
        Assert.True(pixels[13] > Images(grid)[1].Pixels[1], "half the scale is paler than all of it");
        Assert.Contains("-0.2 (blue) to +0.2 (red)", grid.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_change_at_all_is_white() =>
        Assert.All(Images(new ImageGrid("t", Row).AddSigned(new float[5], "nothing"))[0].Pixels, level => Assert.Equal(255, level));

    [Fact]
    public void Three_channels_are_colour()
    {
        ImageGrid grid = new ImageGrid("t", new Shape(1, 2, 3)).Add([1, 0, 0, 0, 0, 1], "c").AddSigned([-0.5f, 0, 0.5f, 0, 0, 0], "s");
        Assert.Equal<byte>([255, 0, 0, 0, 0, 255], Images(grid)[0].Pixels);
        Assert.Equal<byte>([0, 128, 255, 128, 128, 128], Images(grid)[1].Pixels);
    }

    [Fact]
    public void Triples_show_the_change_and_mark_wrong_predictions_in_words()
    {
        ImageGrid grid = ImageGrid.Triples("t", [new AttackExample([0, 0, 0, 0, 1], [0, 0, 0, 0.1f, 0.9f], 7, 7, 0.998, 3, 0.951)], Row);
        Assert.Equal(4, Images(grid).Length);
        Assert.Contains("clean: label 7, right: 7 – 99.8% | perturbation: up to 0.1 | adversary: label 7, wrong: 3 – 95.1%", grid.ToString(), StringComparison.Ordinal);
        XElement svg = XDocument.Parse(grid.ToSvg()).Root!;
        Assert.Single(svg.Descendants(), element => element.Attribute("stroke-width")?.Value == "3");
        Assert.Single(svg.Descendants(), element => element.Value == "wrong: 3 – 95.1%" && element.Attribute("font-weight") is not null);
    }

    [Fact]
    public void Rows_hold_as_many_pictures_as_asked()
    {
        ImageGrid grid = new("t", Row, columns: 2);
        for (int i = 0; i < 5; i++)
            grid = grid.Add(new float[5], $"label {i}");
        Assert.Equal("t\nlabel 0 | label 1\nlabel 2 | label 3\nlabel 4", grid.ToString());
        Assert.Equal(3, XDocument.Parse(grid.ToSvg()).Descendants().Where(element => element.Name.LocalName == "image").Select(image => image.Attribute("y")!.Value).Distinct().Count());
    }

    [Fact]
    public void Samples_are_the_first_images_with_their_labels()
    {
        var set = new ImageSet("tiny", Row, 10, [0, 51, 102, 153, 255, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5], [7, 2, 1]);
        ImageGrid grid = set.Samples(2, columns: 5);
        Assert.Equal("tiny: 2 of 3 images\nlabel 7 | label 2", grid.ToString());
        Assert.Equal<byte>([0, 51, 102, 153, 255], Images(grid)[0].Pixels);
        Assert.Throws<ImageSetException>(() => set.Samples(0));
        Assert.Throws<ImageSetException>(() => set.Samples(4));
    }

    [Fact]
    public void Pictures_that_cannot_be_shown_are_refused()
    {
        Assert.Throws<ShapeMismatchException>(() => new ImageGrid("t", new Shape(1, 5, 2)));
        Assert.Throws<DisplayDataException>(() => new ImageGrid("t", Row, columns: 0));
        Assert.Throws<DisplayDataException>(() => new ImageGrid("t", Row).ToSvg());
        Assert.Throws<ShapeMismatchException>(() => new ImageGrid("t", Row).Add(new float[4], "c"));
        Assert.Throws<DisplayDataException>(() => new ImageGrid("t", Row).Add([0, 0, 0, 0, float.NaN], "c"));
        Assert.Throws<ShapeMismatchException>(() => ImageGrid.Triples("t", [new AttackExample(new float[5], new float[6], 0, 0, 1, 0, 1)], Row));
        Assert.Throws<DisplayDataException>(() => ImageGrid.Triples("t", [], Row).ToSvg());
    }

    private static PngReader[] Images(ImageGrid grid) => [.. XDocument.Parse(grid.ToSvg()).Descendants().Where(element => element.Name.LocalName == "image")
        .Select(image => PngReader.Read(Convert.FromBase64String(image.Attribute("href")!.Value.Split(',')[1])))];
}
