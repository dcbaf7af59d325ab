using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>A C# script that grows submission by submission; later ones see what earlier ones declared.</summary>
internal sealed class ScriptSession : IDisposable
{
    // .NET Interactive's defaults; System.IO is not among them.
    private static readonly string[] Imports =
        ["System", "System.Text", "System.Linq", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks",
            typeof(NotebookFunctions).FullName!];

    private ScriptOptions _options = ScriptOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithOptimizationLevel(OptimizationLevel.Release)
        .WithEmitDebugInformation(true)
        .WithFileEncoding(Encoding.UTF8)
        .WithReferences(HostAssemblies.CreateReferences())
        .WithImports(Imports);
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);
    private ScriptState<object>? _state;

    /// <summary>Lets later submissions use an assembly.</summary>
    /// <param name="path">Full path of the assembly.</param>
    public void AddReference(string path)
    {
        // At run time this process's own assemblies win over files of the same name, so that their statics exist once;
        // compiling against another build of them would promise members that are not there.
        if (HostAssemblies.Provides(path) || !_references.Add(path))
            return;
        Assembly? room = HostAssemblies.Room(path);
        if (room is not null)
            _loader.RegisterDependency(room);
        _options = _options.AddReferences(MetadataReference.CreateFromFile(room?.Location ?? path));
    }

    /// <summary>Lets later submissions use assemblies that are loaded already.</summary>
    /// <param name="loaded">The assemblies as loaded.</param>
    /// <param name="compile">The files to compile against: the same, or reference assemblies of theirs.</param>
    public void AddReferences(IEnumerable<Assembly> loaded, IEnumerable<string> compile)
    {
        foreach (Assembly assembly in loaded)
            _loader.RegisterDependency(assembly);
        foreach (string path in compile)
            AddReference(path);
    }

    /// <summary>Compiles and runs a submission.</summary>
    /// <param name="code">C# script code.</param>
    /// <param name="name">What to call it in diagnostics and stack traces, for example <c>cell 3</c>.</param>
    /// <param name="compiled">Called with the compiler's warnings before the code runs.</param>
    /// <returns>The value of the last expression, or the exception that ended the submission.</returns>
    /// <exception cref="CompilationErrorException">The code does not compile.</exception>
    public async Task<SubmissionResult> RunAsync(string code, string name, Action<IReadOnlyList<Diagnostic>> compiled)
    {
        ScriptOptions options = _options.WithFilePath(name);
        Script<object> script = _state is null
            ? CSharpScript.Create<object>(code, options, assemblyLoader: _loader)
            : _state.Script.ContinueWith<object>(code, options);
        var diagnostics = script.Compile();
        if (diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
            throw new CompilationErrorException("The cell does not compile.", diagnostics);
        compiled(diagnostics);
        ScriptState<object> state = _state is null
            ? await script.RunAsync(globals: null, catchException: _ => true)
            : await script.RunFromAsync(_state, catchException: _ => true);
        _state = state;
        return new SubmissionResult(state.Exception is null && HasValue(state), state.ReturnValue, state.Exception);
    }

    /// <inheritdoc/>
    public void Dispose() => _loader.Dispose();

    // A submission has a value when it ends with an expression without semicolon; one of type void has none all the same.
    private static bool HasValue(ScriptState<object> state)
    {
        Compilation compilation = state.Script.GetCompilation();
        SyntaxTree tree = compilation.SyntaxTrees.Single();
        if ((tree.GetRoot() as CompilationUnitSyntax)?.Members.LastOrDefault() is not GlobalStatementSyntax
            {
                Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last,
            })
            return false;
        return state.ReturnValue is not null
            || compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type?.SpecialType != SpecialType.System_Void;
    }
}
