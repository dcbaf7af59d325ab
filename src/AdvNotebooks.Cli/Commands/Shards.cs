using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace AdvNotebooks.Cli.Commands;

/// <summary>The option <c>--shard</c>: one of several processes that know nothing of each other.</summary>
internal static class Shards
{
    /// <summary>Makes the option.</summary>
    /// <returns>The option; the whole when it is not given.</returns>
    public static Option<Share> Option() => new("--shard")
    {
        Description = "Do part i of n, from 0, as one task of a job array.",
        HelpName = "i/n",
        DefaultValueFactory = _ => Share.Whole,
        CustomParser = Parse,
    };

    private static Share Parse(ArgumentResult result)
    {
        string[] parts = result.Tokens[0].Value.Split('/');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int i)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int n) && i < n)
            return new Share(i, n);
        result.AddError($"--shard needs i/n with i from 0 to n - 1, for example 0/4, not \"{result.Tokens[0].Value}\".");
        return Share.Whole;
    }
}
