namespace AdvNotebooks.Cli.Kernel;

/// <summary>A directive of a cell (<c>#!import</c>, <c>#r</c>, <c>#load</c>) that cannot be carried out.</summary>
/// <param name="line">The directive's line in the cell, from 1.</param>
/// <param name="found">What was found.</param>
/// <param name="expected">What was expected instead.</param>
/// <param name="remedy">What to do about it.</param>
internal sealed class DirectiveException(int line, string found, string expected, string remedy) : AdvLibException(found, expected, remedy)
{
    /// <summary>The directive's line in the cell, from 1.</summary>
    public int Line { get; } = line;
}
