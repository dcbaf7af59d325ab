using AdvNotebooks.Cli.Runner;

namespace AdvNotebooks.Tests.Runner;

public sealed class PathScrubberTests
{
    [Theory]
    [InlineData("File /home/ann/repo/notebooks/a.csx, line 3", "File notebooks/a.csx, line 3")]
    [InlineData("in '/home/ann/repo'", "in '.'")]
    [InlineData("/home/ann/.cache/advlib", "~/.cache/advlib")]
    [InlineData("at /home/ann", "at ~")]
    [InlineData("/home/annabel/x", "/home/annabel/x")]
    [InlineData("/mnt/home/ann/x", "/mnt/home/ann/x")]
    [InlineData("/home/ann/repository/x", "~/repository/x")]
    [InlineData("<img src=\"/home/ann/repo/x.png\">", "<img src=\"x.png\">")]
    public void Folders_of_the_machine_are_replaced(string text, string expected) => Assert.Equal(expected, new PathScrubber("/home/ann/repo", "/home/ann").Scrub(text));

    [Fact]
    public void Outside_of_a_repository_the_home_folder_is_replaced_all_the_same() => Assert.Equal("~/x", new PathScrubber(null, "/home/ann/").Scrub("/home/ann/x"));
}
