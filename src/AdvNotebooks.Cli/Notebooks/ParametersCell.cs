using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>The cell tagged <c>parameters</c>, and the cell that overrides its values as papermill does.</summary>
internal static class ParametersCell
{
    private const string Tag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>What a notebook's parameters cell declares.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <returns>The parameters in order; none when it has no such cell.</returns>
    public static IReadOnlyList<NotebookParameter> Read(Notebook notebook)
    {
        if (Find(notebook) is not { } cell)
            return [];
        CSharpParseOptions options = CSharpParseOptions.Default.WithKind(SourceCodeKind.Script).WithLanguageVersion(LanguageVersion.Latest);
        CompilationUnitSyntax root = SyntaxFactory.ParseCompilationUnit(cell.Source, options: options);
        return
        [
            .. root.Members.OfType<FieldDeclarationSyntax>().Select(field => field.Declaration)
                .Concat(root.Members.OfType<GlobalStatementSyntax>().Select(global => global.Statement).OfType<LocalDeclarationStatementSyntax>().Select(local => local.Declaration))
                .SelectMany(declaration => declaration.Variables.Select(variable => new NotebookParameter(variable.Identifier.Text, TypeOf(declaration.Type, variable.Initializer?.Value)))),
        ];
    }

    /// <summary>Puts a cell behind the parameters cell that gives some parameters other values.</summary>
    /// <param name="notebook">The notebook, which must have these parameters.</param>
    /// <param name="values">Parameters and their values as C# expressions; the notebook stays as it is when there are none.</param>
    public static void Inject(Notebook notebook, IReadOnlyCollection<(NotebookParameter Parameter, string Literal)> values)
    {
        if (values.Count == 0)
            return;
        IEnumerable<string> lines = values.Select(value => $"{value.Parameter.Name} = {value.Literal};");
        notebook.InsertAfter(Find(notebook)!, InjectedTag, string.Join('\n', lines.Prepend("// injected by advnb run")));
    }

    private static NotebookCell? Find(Notebook notebook) => notebook.Cells.FirstOrDefault(cell => cell.IsCode && cell.Tags.Contains(Tag));

    private static string? TypeOf(TypeSyntax declared, ExpressionSyntax? value) => declared.IsVar ? TypeOf(value) : declared.ToString().Replace(" ", "", StringComparison.Ordinal);

    private static string? TypeOf(ExpressionSyntax? value) => value switch
    {
        LiteralExpressionSyntax literal => TypeOf(literal.Token.Value),
        PrefixUnaryExpressionSyntax unary => TypeOf(unary.Operand),
        ParenthesizedExpressionSyntax parenthesized => TypeOf(parenthesized.Expression),
        CastExpressionSyntax cast => cast.Type.ToString(),
        BinaryExpressionSyntax binary => Wider(TypeOf(binary.Left), TypeOf(binary.Right)),
        ArrayCreationExpressionSyntax array => array.Type.ElementType + "[]",
        ImplicitArrayCreationExpressionSyntax array => array.Initializer.Expressions.Select(TypeOf).Aggregate(Wider) is { } element ? element + "[]" : null,
        _ => null,
    };

    private static string? TypeOf(object? literal) => literal switch
    {
        int => "int",
        long => "long",
        uint => "uint",
        ulong => "ulong",
        float => "float",
        double => "double",
        bool => "bool",
        string => "string",
        _ => null,
    };

    // C#'s numeric promotion, as far as parameters need it: 2f / 255 is a float.
    private static string? Wider(string? a, string? b)
    {
        string[] order = ["int", "uint", "long", "ulong", "float", "double"];
        if (a == b)
            return a;
        int left = Array.IndexOf(order, a);
        int right = Array.IndexOf(order, b);
        return left < 0 || right < 0 ? null : order[Math.Max(left, right)];
    }
}
