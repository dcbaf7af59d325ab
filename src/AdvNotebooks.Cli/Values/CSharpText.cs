using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AdvNotebooks.Cli.Values;

/// <summary>Text that somebody typed, read as C#.</summary>
internal static class CSharpText
{
    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The expression; null where the text is not one expression and nothing else.</returns>
    public static ExpressionSyntax? Expression(string text)
    {
        ExpressionSyntax expression = SyntaxFactory.ParseExpression(text);
        return expression.ContainsDiagnostics || expression.IsMissing || expression.FullSpan.Length != text.Length ? null : expression;
    }

    /// <summary>Reads a literal.</summary>
    /// <typeparam name="T">Kind of value.</typeparam>
    /// <param name="text">The text, for example <c>"a\tb"</c> with its quotes.</param>
    /// <returns>Its value; null where the text is no literal of this kind.</returns>
    public static object? Literal<T>(string text) => Expression(text) is LiteralExpressionSyntax { Token.Value: T value } ? value : null;
}
