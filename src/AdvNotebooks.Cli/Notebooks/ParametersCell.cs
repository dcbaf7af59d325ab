using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>The cell that declares a notebook's parameters, and the cell that overrides its values as papermill does.</summary>
internal static partial class ParametersCell
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
        var enumerations = root.Members.OfType<EnumDeclarationSyntax>()
            .ToDictionary(declared => declared.Identifier.Text,
                declared => (IReadOnlyList<string>)[.. declared.Members.Select(member => member.Identifier.Text)]);
        var types = new ParameterTypes(enumerations.Keys);
        var parameters = new List<NotebookParameter>();
        foreach ((VariableDeclarationSyntax declaration, SyntaxTokenList modifiers) in Declarations(root))
        {
            foreach (VariableDeclaratorSyntax variable in declaration.Variables)
            {
                string? type = types.Declare(variable.Identifier.Text, declaration.Type, variable.Initializer?.Value);
                parameters.Add(new NotebookParameter(variable.Identifier.Text, type)
                {
                    IsConstant = modifiers.Any(SyntaxKind.ConstKeyword) || modifiers.Any(SyntaxKind.ReadOnlyKeyword),
                    Members = enumerations.GetValueOrDefault(type?.TrimEnd('?') ?? "") is { } members && type!.EndsWith('?')
                        ? [.. members, "null"]
                        : enumerations.GetValueOrDefault(type ?? ""),
                });
            }
        }

        return parameters;
    }

    /// <summary>
    /// Puts a cell behind the parameters cell that gives some parameters other values; in place of one that an earlier tool has injected,
    /// wherever that stands.
    /// </summary>
    /// <param name="notebook">The notebook, which must have these parameters.</param>
    /// <param name="values">Parameters and their values as C# expressions; the notebook stays as it is when there are none.</param>
    public static void Inject(Notebook notebook, IReadOnlyCollection<(NotebookParameter Parameter, string Literal)> values)
    {
        if (values.Count == 0)
            return;
        IEnumerable<string> lines = values.Select(value => $"{value.Parameter.Name} = {value.Literal};");
        notebook.Inject(Find(notebook)!, InjectedTag, string.Join('\n', lines.Prepend("// injected by advnb run")));
    }

    // Editors lose tags: the comment that the cell begins with says the same.
    private static NotebookCell? Find(Notebook notebook)
        => notebook.Cells.FirstOrDefault(cell => cell.IsCode && cell.Tags.Contains(Tag))
            ?? notebook.Cells.FirstOrDefault(cell => cell.IsCode && !cell.Tags.Contains(InjectedTag) && Comment().IsMatch(cell.Source));

    private static IEnumerable<(VariableDeclarationSyntax Declaration, SyntaxTokenList Modifiers)> Declarations(CompilationUnitSyntax root)
    {
        foreach (MemberDeclarationSyntax member in root.Members)
        {
            if (member is FieldDeclarationSyntax field)
                yield return (field.Declaration, field.Modifiers);
            else if (member is GlobalStatementSyntax { Statement: LocalDeclarationStatementSyntax local })
                yield return (local.Declaration, local.Modifiers);
        }
    }

    [GeneratedRegex(@"^\s*//\s*parameters\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
