namespace AdvNotebooks.Cli.Notebooks;

/// <summary>Finds what a mistyped name was meant to be.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest edits, when they are few enough to be a slip.</summary>
    /// <param name="name">The name as typed.</param>
    /// <param name="candidates">The names there are.</param>
    /// <returns>The nearest; null when none is near.</returns>
    public static string? To(string name, IEnumerable<string> candidates)
        => candidates.Select(candidate => (candidate, distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .Where(pair => pair.distance <= Math.Max(1, name.Length / 3))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    // Levenshtein's distance in which two letters that changed places count once.
    private static int Distance(string a, string b)
    {
        var distances = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distances[i, j] = i + j;
                    continue;
                }

                int substitution = distances[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int least = Math.Min(substitution, Math.Min(distances[i - 1, j], distances[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distances[i, j] = swapped ? Math.Min(least, distances[i - 2, j - 2] + 1) : least;
            }
        }

        return distances[a.Length, b.Length];
    }
}
