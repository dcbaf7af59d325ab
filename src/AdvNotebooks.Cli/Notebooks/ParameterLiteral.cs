using System.Globalization;
using System.Numerics;
using AdvNotebooks.Cli.Values;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>Turns text from the command line into C# expressions, by the type they are to have.</summary>
internal static class ParameterLiteral
{
    // Types that a collection expression makes, and those that an array becomes by itself.
    private static readonly HashSet<string> Collections =
        ["List", "IList", "IReadOnlyList", "ICollection", "IReadOnlyCollection", "IEnumerable", "HashSet", "ISet", "ImmutableArray",
            "ImmutableList"];

    private static readonly HashSet<string> Memories = ["ReadOnlyMemory", "Memory", "ArraySegment"];

    // Types with a Parse method, and what they read.
    private static readonly Dictionary<string, (Func<string, bool> Reads, string Example)> Parsed = new()
    {
        ["DateTime"] = (text => DateTime.TryParse(text, CultureInfo.InvariantCulture, out _), "2026-11-25"),
        ["DateTimeOffset"] = (text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _), "2026-11-25T12:00:00Z"),
        ["DateOnly"] = (text => DateOnly.TryParse(text, CultureInfo.InvariantCulture, out _), "2026-11-25"),
        ["TimeOnly"] = (text => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out _), "12:00"),
        ["TimeSpan"] = (text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out _), "0:10:00"),
        ["Guid"] = (text => Guid.TryParse(text, out _), "00000000-0000-0000-0000-000000000000"),
    };

    /// <summary>Writes a value.</summary>
    /// <param name="type">The type, as declared.</param>
    /// <param name="text">The value.</param>
    /// <returns>A C# expression; null where the text is no value of the type.</returns>
    public static string? Of(string type, string text) => Of(SyntaxFactory.ParseTypeName(type), text);

    /// <summary>A value of a type, as it would be typed.</summary>
    /// <param name="type">The type, as declared.</param>
    /// <returns>For example <c>0.1</c>; null where no example fits.</returns>
    public static string? Example(string type) => Example(SyntaxFactory.ParseTypeName(type));

    private static string? Of(TypeSyntax type, string text) => type switch
    {
        NullableTypeSyntax nullable => text.Trim() == "null" ? "null" : Of(nullable.ElementType, text),
        PredefinedTypeSyntax predefined => Predefined(predefined.Keyword.Text, text),
        TupleTypeSyntax tuple => Tuple(tuple, text),
        _ when Element(type) is { } element =>
            Items(element, text)?.Select(item => Of(element, item)).ToArray() is { } items && !items.Contains(null)
            ? Collected(type, element, items)
            : null,
        IdentifierNameSyntax { Identifier.Text: var name } when Parsed.TryGetValue(name, out var parsed) && parsed.Reads(text)
            => $"{name}.Parse({SymbolDisplay.FormatLiteral(text, quote: true)}"
                + (name == "Guid" ? ")" : ", System.Globalization.CultureInfo.InvariantCulture)"),
        // A bare name is a member of the type: of an enumeration, for example.
        _ => CSharpText.Expression(text.Trim()) switch
        {
            null => null,
            IdentifierNameSyntax name => $"{type}.{name}",
            { } expression => expression.ToString(),
        },
    };

    private static string? Predefined(string type, string text)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return type switch
        {
            "sbyte" => Number<sbyte>(text, "", ""),
            "byte" => Number<byte>(text, "", ""),
            "short" => Number<short>(text, "", ""),
            "ushort" => Number<ushort>(text, "", ""),
            "int" => Number<int>(text, "", ""),
            "uint" => Number<uint>(text, "", "U"),
            "long" => Number<long>(text, "", "L"),
            "ulong" => Number<ulong>(text, "", "UL"),
            "float" => Number<float>(text, "R", "f"),
            "double" => Number<double>(text, "R", "d"),
            "decimal" => Number<decimal>(text, "", "m"),
            "bool" => bool.TryParse(text, out bool value) ? value.ToString(invariant).ToLowerInvariant() : null,
            "char" => (text.Length == 1 ? text[0] : CSharpText.Literal<char>(text)) is char value
                ? SymbolDisplay.FormatLiteral(value, quote: true)
                : null,
            "string" => SymbolDisplay.FormatLiteral((string?)CSharpText.Literal<string>(text.Trim()) ?? text, quote: true),
            _ => CSharpText.Expression(text)?.ToString(),
        };
    }

    private static string? Number<T>(string text, string format, string suffix)
        where T : struct, INumber<T> =>
            NumberText.Parse<T>(text)?.ToString(format, CultureInfo.InvariantCulture) is { } digits ? digits + suffix : null;

    private static string? Tuple(TupleTypeSyntax tuple, string text)
    {
        if (Split(Inside(text, '(', ')'), "\"'", nests: true) is not { } items || items.Count != tuple.Elements.Count)
            return null;
        string?[] values = [.. tuple.Elements.Zip(items, (element, item) => Of(element.Type, item))];
        return values.Contains(null) ? null : $"({string.Join(", ", values)})";
    }

    // What the type is a row of; null where it is none.
    private static TypeSyntax? Element(TypeSyntax type) => type switch
    {
        ArrayTypeSyntax { RankSpecifiers: [{ Rank: 1 }] } array => array.ElementType,
        ArrayTypeSyntax { RankSpecifiers: [{ Rank: 1 }, ..] } array => array.WithRankSpecifiers(array.RankSpecifiers.RemoveAt(0)),
        GenericNameSyntax { TypeArgumentList.Arguments: [var element] } generic when Collections.Contains(generic.Identifier.Text)
            || Memories.Contains(generic.Identifier.Text) => element,
        _ => null,
    };

    private static string Collected(TypeSyntax type, TypeSyntax element, string?[] items) => type switch
    {
        ArrayTypeSyntax => $"new {type} {{ {string.Join(", ", items)} }}",
        GenericNameSyntax generic when Memories.Contains(generic.Identifier.Text) => $"new {element}[] {{ {string.Join(", ", items)} }}",
        _ => $"[{string.Join(", ", items)}]",
    };

    private static List<string>? Items(TypeSyntax element, string text)
    {
        int brace = text.IndexOf('{', StringComparison.Ordinal);
        if (text.TrimStart().StartsWith("new", StringComparison.Ordinal) && brace > 0)
            text = text[brace..];
        text = Inside(Inside(text, '[', ']'), '{', '}');
        string kind = (element as PredefinedTypeSyntax)?.Keyword.Text ?? "";
        return Split(text, kind == "string" ? "\"" : "\"'", nests: kind is not ("string" or "char"));
    }

    // Without the brackets around the whole; [1], [2] has none.
    private static string Inside(string text, char open, char close)
    {
        string trimmed = text.Trim();
        if (trimmed.Length < 2 || trimmed[0] != open || trimmed[^1] != close)
            return trimmed;
        int depth = 0;
        for (int i = 0; i < trimmed.Length - 1; i++)
        {
            depth += trimmed[i] == open ? 1 : trimmed[i] == close ? -1 : 0;
            if (depth == 0)
                return trimmed;
        }

        return trimmed[1..^1].Trim();
    }

    // At the commas outside of quotes, which begin an item, and outside of brackets where items
    // have such; null where a quote is not closed.
    private static List<string>? Split(string text, string quotes, bool nests)
    {
        var items = new List<string>();
        int start = 0, depth = 0;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote != '\0' && c == '\\')
                i++;
            else if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (quotes.Contains(c, StringComparison.Ordinal) && string.IsNullOrWhiteSpace(text[start..i]))
                quote = c;
            else if (nests && c is ('(' or '[' or '{'))
                depth++;
            else if (nests && c is (')' or ']' or '}'))
                depth--;
            else if (c == ',' && depth == 0)
            {
                items.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        if (!string.IsNullOrWhiteSpace(text))
            items.Add(text[start..].Trim());
        return quote == '\0' ? items : null;
    }

    private static string? Example(TypeSyntax type) => type switch
    {
        NullableTypeSyntax nullable => Example(nullable.ElementType) is { } example ? $"{example} or null" : "null",
        PredefinedTypeSyntax { Keyword.Text: var keyword } => keyword switch
        {
            "float" or "double" or "decimal" => "0.1 or 8/255",
            "bool" => "true",
            "char" => "c",
            "string" => "text",
            _ => "20",
        },
        IdentifierNameSyntax { Identifier.Text: var name } when Parsed.TryGetValue(name, out var parsed) => parsed.Example,
        TupleTypeSyntax tuple =>
            tuple.Elements.Select(element => Example(element.Type)).ToArray() is var items && !items.Contains(null)
                ? $"({string.Join(", ", items)})"
                : null,
        _ when Element(type) is { } element && Example(element) is { } item =>
            item == "20" ? "1,2" : $"{item.Split(" or ")[0]},{item.Split(" or ")[^1]}",
        _ => null,
    };
}
