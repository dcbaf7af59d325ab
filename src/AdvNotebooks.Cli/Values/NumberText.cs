using System.Globalization;
using System.Numerics;
using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AdvNotebooks.Cli.Values;

/// <summary>
/// A number as C# takes it: <c>0.1f</c>, <c>1e-3</c>, <c>60_000</c>, <c>0xFF</c>, <c>-(1 + 2) * 3</c>, <c>float.MaxValue</c>; and as the
/// field writes epsilons: <c>8/255</c> is that fraction, not C#'s whole quotient 0. Written the same in every country.
/// </summary>
internal static class NumberText
{
    private static readonly Dictionary<string, Type> Keywords = new()
    {
        ["sbyte"] = typeof(sbyte),
        ["byte"] = typeof(byte),
        ["short"] = typeof(short),
        ["ushort"] = typeof(ushort),
        ["int"] = typeof(int),
        ["uint"] = typeof(uint),
        ["long"] = typeof(long),
        ["ulong"] = typeof(ulong),
        ["float"] = typeof(float),
        ["double"] = typeof(double),
        ["decimal"] = typeof(decimal),
    };

    /// <summary>Reads a number.</summary>
    /// <typeparam name="T">Kind of number.</typeparam>
    /// <param name="text">The text.</param>
    /// <returns>The number; null where the text is none of this kind: not finite, not whole, too large.</returns>
    public static T? Parse<T>(string text)
        where T : struct, INumber<T>
    {
        try
        {
            T? value = Plain<T>(text) ?? (CSharpText.Expression(text.Trim()) is { } expression ? Evaluate<T>(expression) : null);
            return value is { } number && T.IsFinite(number) ? number : null;
        }
        catch (Exception exception) when (exception is OverflowException or DivideByZeroException)
        {
            return null;
        }
    }

    // What needs no compiler.
    private static T? Plain<T>(string digits)
        where T : struct, INumber<T>
        => T.TryParse(digits, IsWhole<T>() ? NumberStyles.Integer : NumberStyles.Float, CultureInfo.InvariantCulture, out T value)
            ? value
            : null;

    private static T? Evaluate<T>(ExpressionSyntax expression)
        where T : struct, INumber<T> => expression switch
        {
            LiteralExpressionSyntax literal => Literal<T>(literal),
            ParenthesizedExpressionSyntax inner => Evaluate<T>(inner.Expression),
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryPlusExpression } plus => Evaluate<T>(plus.Operand),
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus => checked(-Evaluate<T>(minus.Operand)),
            BinaryExpressionSyntax binary => Combine<T>((SyntaxKind)binary.RawKind, Evaluate<T>(binary.Left), Evaluate<T>(binary.Right)),
            MemberAccessExpressionSyntax { Expression: PredefinedTypeSyntax type } member =>
                Member<T>(type.Keyword.Text, member.Name.Identifier.Text),
            _ => null,
        };

    private static T? Combine<T>(SyntaxKind kind, T? left, T? right)
        where T : struct, INumber<T> => (kind, left, right) switch
        {
            (SyntaxKind.AddExpression, { } a, { } b) => checked(a + b),
            (SyntaxKind.SubtractExpression, { } a, { } b) => checked(a - b),
            (SyntaxKind.MultiplyExpression, { } a, { } b) => checked(a * b),
            // A whole quotient that is not exact is nobody's wish.
            (SyntaxKind.DivideExpression, { } a, { } b) when !IsWhole<T>() || T.IsZero(a % b) => checked(a / b),
            _ => null,
        };

    private static T? Literal<T>(LiteralExpressionSyntax literal)
        where T : struct, INumber<T> => literal.Token.Value switch
        {
            int value => T.CreateChecked(value),
            uint value => T.CreateChecked(value),
            long value => T.CreateChecked(value),
            ulong value => T.CreateChecked(value),
            // From its digits, so that the nearest number of the kind is taken.
            float or double or decimal when !IsWhole<T>() =>
                Plain<T>(literal.Token.Text.TrimEnd('f', 'F', 'd', 'D', 'm', 'M').Replace("_", "", StringComparison.Ordinal)),
            _ => null,
        };

    // float.MaxValue, int.MinValue, double.Epsilon.
    private static T? Member<T>(string type, string name)
        where T : struct, INumber<T>
        => Keywords.GetValueOrDefault(type) == typeof(T)
            && typeof(T).GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is T value
            ? value : null;

    // Halves are lost.
    private static bool IsWhole<T>()
        where T : struct, INumber<T> => T.IsZero(T.One / (T.One + T.One));
}
