using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>A variable that a notebook's parameters cell declares.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its C# type, for example <c>float</c> or <c>int[]</c>; null when the declaration does not show it.</param>
internal sealed record NotebookParameter(string Name, string? Type)
{
    /// <summary>Writes a value, given as text, as a C# literal of the parameter's type.</summary>
    /// <param name="text">The value; an array's items have commas between them.</param>
    /// <returns>A C# expression.</returns>
    /// <exception cref="NotebookException">The text is not a value of the type.</exception>
    public string ToLiteral(string text)
    {
        string? literal = Type is { } type && type.EndsWith("[]", StringComparison.Ordinal) ? ArrayLiteral(type, text) : Literal(Type, text);
        return literal ?? throw new NotebookException(
            $"Parameter {Name} cannot be set to \"{text}\".",
            Type is null ? $"a parameter declared by a literal; the declaration of {Name} does not show its type." : $"a value of type {Type}, for example {Example(Type)}.",
            Type is null ? "Declare it by a literal, for example \"var epochs = 20;\"." : "Correct the value.");
    }

    private static string? ArrayLiteral(string type, string text)
    {
        string?[] items = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(item => Literal(type[..^2], item))];
        return items.Contains(null) ? null : $"new {type} {{ {string.Join(", ", items)} }}";
    }

    private static string? Literal(string? type, string text)
    {
        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        CultureInfo invariant = CultureInfo.InvariantCulture;
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        return type switch
        {
            "int" when int.TryParse(digits, Whole, invariant, out int value) => value.ToString(invariant),
            "long" when long.TryParse(digits, Whole, invariant, out long value) => value.ToString(invariant) + "L",
            "uint" when uint.TryParse(digits, Whole, invariant, out uint value) => value.ToString(invariant) + "U",
            "ulong" when ulong.TryParse(digits, Whole, invariant, out ulong value) => value.ToString(invariant) + "UL",
            "float" when float.TryParse(digits, NumberStyles.Float, invariant, out float value) && float.IsFinite(value) => value.ToString("R", invariant) + "f",
            "double" when double.TryParse(digits, NumberStyles.Float, invariant, out double value) && double.IsFinite(value) => value.ToString("R", invariant) + "d",
            "bool" when bool.TryParse(text, out bool value) => value ? "true" : "false",
            "string" or "string?" => SymbolDisplay.FormatLiteral(text, quote: true),
            _ => null,
        };
    }

    private static string Example(string type) => type switch
    {
        "float" or "double" => "0.1",
        "bool" => "true",
        "float[]" or "double[]" => "0.1,0.2",
        _ when type.EndsWith("[]", StringComparison.Ordinal) => "1,2",
        _ => "20",
    };
}
