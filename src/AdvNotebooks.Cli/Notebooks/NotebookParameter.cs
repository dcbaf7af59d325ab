namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A variable that a notebook's parameters cell declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its C# type, for example <c>float</c> or <c>int[]</c>; null when the declaration does not show it.</param>
internal sealed record NotebookParameter(string Name, string? Type)
{
    /// <summary>Whether it is declared so that it cannot be set: <c>const</c> or <c>readonly</c>.</summary>
    public bool IsConstant { get; init; }

    /// <summary>The type's members where the cell declares it as an enumeration; else null.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>Writes a value, given as text, as a C# expression of the parameter's type.</summary>
    /// <param name="text">The value as C# has it; strings need no quotes, an array's items have
    /// commas between them and need no brackets.</param>
    /// <returns>A C# expression.</returns>
    /// <exception cref="NotebookException">The text is not a value of the type, or the parameter is a constant.</exception>
    public string ToLiteral(string text)
    {
        string found = $"Parameter {Name} cannot be set to \"{text}\"";
        if (IsConstant)
            throw new NotebookException($"{found}: it is a constant.", "a variable.", $"Declare {Name} with var, or with its type alone.");
        if (Type is null)
        {
            throw new NotebookException(
                $"{found}.", $"a parameter declared by a literal; the declaration of {Name} does not show its type.",
                "Declare it by a literal, for example \"var epochs = 20;\".");
        }

        if (Members is not null && !Members.Contains(text.Trim()) && !Members.Any(member => text.Trim() == $"{Type}.{member}"))
            throw new NotebookException($"{found}.", $"one of {string.Join(", ", Members)}.", "Correct the value.");
        return ParameterLiteral.Of(Type, text)
            ?? throw new NotebookException(
                $"{found}.", $"a value of type {Type}{(ParameterLiteral.Example(Type) is { } example ? $", for example {example}" : "")}.",
                "Correct the value.");
    }
}
