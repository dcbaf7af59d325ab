using AdvNotebooks.Cli.Ui;

namespace AdvNotebooks.Tests.Ui;

public sealed class WordWrapTests
{
    [Theory]
    [InlineData("one two three", 7, "one two\nthree")]
    [InlineData("one two three", 13, "one two three")]
    [InlineData("one two\nthree four", 5, "one\ntwo\nthree\nfour")]
    [InlineData("a-very-long-word and", 5, "a-very-long-word and")]
    [InlineData("  a      98.94%", 10, "  a      98.94%")]
    public void Lines_end_between_words_and_columns_stay(string text, int width, string wrapped) => Assert.Equal(wrapped, WordWrap.Lines(text, width));

    [Theory]
    [InlineData(0, "0 cells")]
    [InlineData(1, "1 cell")]
    [InlineData(2, "2 cells")]
    public void One_is_no_plural(int count, string text) => Assert.Equal(text, Plural.Of(count, "cell"));
}
