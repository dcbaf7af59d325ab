using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>The types of a cell's variables, as far as their declarations show them without a compiler.</summary>
/// <param name="enumerations">Enumerations that the cell declares.</param>
internal sealed class ParameterTypes(IEnumerable<string> enumerations)
{
    // In the order of C#'s numeric promotion.
    private static readonly string[] Numbers = ["int", "uint", "long", "ulong", "float", "double"];

    private readonly HashSet<string> _enumerations = [.. enumerations];
    private readonly Dictionary<string, string?> _known = [];

    /// <summary>Adds a variable.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="declared">Its type as written, perhaps <c>var</c>.</param>
    /// <param name="value">What it is declared with; null for nothing.</param>
    /// <returns>Its type; null where the declaration does not show it.</returns>
    public string? Declare(string name, TypeSyntax declared, ExpressionSyntax? value)
        => _known[name] = declared.IsVar ? Of(value) : declared.ToString().Replace(" ", "", StringComparison.Ordinal);

    private string? Of(ExpressionSyntax? value) => value switch
    {
        LiteralExpressionSyntax literal => Of(literal.Token.Value),
        InterpolatedStringExpressionSyntax => "string",
        PrefixUnaryExpressionSyntax unary => Of(unary.Operand),
        ParenthesizedExpressionSyntax parenthesized => Of(parenthesized.Expression),
        CastExpressionSyntax cast => cast.Type.ToString(),
        DefaultExpressionSyntax given => given.Type.ToString(),
        BinaryExpressionSyntax binary => Wider(Of(binary.Left), Of(binary.Right)),
        ConditionalExpressionSyntax choice => Wider(Of(choice.WhenTrue), Of(choice.WhenFalse)),
        IdentifierNameSyntax name => _known.GetValueOrDefault(name.Identifier.Text),
        // int.MaxValue, string.Empty; Norm.A of an enumeration that the cell declares.
        MemberAccessExpressionSyntax { Expression: PredefinedTypeSyntax type } => type.ToString(),
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax type } when _enumerations.Contains(type.Identifier.Text) =>
            type.Identifier.Text,
        TupleExpressionSyntax tuple =>
            tuple.Arguments.Select(argument => Of(argument.Expression)).ToArray() is var types && !types.Contains(null)
                ? $"({string.Join(",", types)})"
                : null,
        ObjectCreationExpressionSyntax created => created.Type.ToString().Replace(" ", "", StringComparison.Ordinal),
        ArrayCreationExpressionSyntax array => array.Type.ElementType + "[]",
        ImplicitArrayCreationExpressionSyntax array =>
            array.Initializer.Expressions.Select(Of).Aggregate(Wider) is { } element ? element + "[]" : null,
        _ => null,
    };

    private static string? Of(object? literal) => literal switch
    {
        int => "int",
        long => "long",
        uint => "uint",
        ulong => "ulong",
        float => "float",
        double => "double",
        decimal => "decimal",
        bool => "bool",
        char => "char",
        string => "string",
        _ => null,
    };

    // As far as parameters need it: 2f / 255 is a float.
    private static string? Wider(string? a, string? b)
    {
        if (a == b)
            return a;
        int left = Array.IndexOf(Numbers, a);
        int right = Array.IndexOf(Numbers, b);
        return left < 0 || right < 0 ? null : Numbers[Math.Max(left, right)];
    }
}
