using AdvNotebooks.Benchmarks;

namespace AdvNotebooks.Tests.Benchmarks;

/// <summary>What is said of the ranks of <c>advnb attack</c>.</summary>
public sealed class AttackRanksReportTests
{
    // 8 pieces of 2 s each, and 2 s that every process takes.
    private static readonly AttackRanksReport Report = new("a processor", 100, 8,
        [new(1, 2, [11, 10, 10]), new(1, 1, [18, 18, 18]), new(2, 1, [10, 10, 10]), new(4, 1, [9, 12, 6])]);

    [Fact]
    public void Speeds_are_those_of_the_same_round()
    {
        string[] lines = Report.Tables[0].ToString().Split('\n');
        Assert.Equal("The report of one network on 800 images: a processor", lines[0]);
        Assert.Equal(["1 x 1", "18.0"], lines[4].Split("  ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith("1.8 (1.8 to 1.8)", lines[5], StringComparison.Ordinal);
        Assert.EndsWith("2.0 (1.5 to 3.0)", lines[6], StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_is_a_line_through_one_rank_and_two_that_ends_at_a_rank_a_piece()
    {
        string[] lines = Report.Tables[1].ToString().Split('\n');
        string[] Row(int ranks) => lines.Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(cells => cells.Length == 3 && cells[0] == $"{ranks}");
        Assert.Equal(["2", "2.0", "99%"], Row(2));
        Assert.Equal(["64", "33.7", "53%"], Row(64));
        Assert.Equal(["100", "50.5", "51%"], Row(100));
        Assert.Equal(["128", "50.5", "39%"], Row(128));
        Assert.Equal("A piece takes 2.00 s, what every process does beside them 2.00 s.", lines[^1]);
    }
}
