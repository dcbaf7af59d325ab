using System.Xml.Linq;

namespace AdvLib.Tests;

public sealed class TableViewTests
{
    [Fact]
    public void Text_is_aligned_as_asked()
    {
        TableView table = new TableView("", "a", "bbb", "c") { Align = "rcl" }.Row("100", "x", "yy");
        Assert.Equal("  a  bbb  c\n---  ---  --\n100   x   yy", table.ToString());
    }

    [Fact]
    public void Markdown_escapes_what_would_break_the_table() => Assert.Equal(
        "| model | acc. \\| 1 |\n| :-- | --: |\n| a b&lt;c>&amp; | 1.5 |\n\n\\* note\n", new TableView("t", "model", "acc. | 1").Row("a\r\nb<c>&", "1.5").Note("* note").ToMarkdown());

    [Fact]
    public void Cells_are_aligned_by_attribute_and_by_style_and_headings_have_a_scope()
    {
        XElement table = XDocument.Parse($"<page>{new TableView("t", "a", "b").Row("x", "1").ToHtml()}</page>").Root!;
        XElement cell = Assert.Single(table.Descendants("td"));
        Assert.Equal("right", cell.Attribute("align")!.Value);
        Assert.Contains("text-align:right", cell.Attribute("style")!.Value, StringComparison.Ordinal);
        Assert.DoesNotContain("color:#", table.ToString(), StringComparison.Ordinal);
        Assert.Equal(["col", "col", "row"], table.Descendants("th").Select(th => th.Attribute("scope")!.Value));
    }

    [Fact]
    public void A_table_is_not_changed_by_the_ones_made_from_it()
    {
        var empty = new TableView("t", "a");
        string before = empty.ToString();
        _ = empty.Row("1").Note("n");
        Assert.Equal(before, empty.ToString());
    }

    [Fact]
    public void Wrong_shapes_are_refused()
    {
        Assert.Throws<DisplayDataException>(() => new TableView("t"));
        Assert.Throws<DisplayDataException>(() => new TableView("t", "a", "b").Row("1"));
        Assert.Throws<DisplayDataException>(() => new TableView("t", "a", "b") { Align = "l" });
        Assert.Throws<DisplayDataException>(() => new TableView("t", "a", "b") { Align = "lx" });
    }
}
