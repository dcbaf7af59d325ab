using System.Reflection;
using System.Runtime.Loader;
using AdvNotebooks.Cli.Kernel;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AdvNotebooks.Tests.Hosts;

/// <summary>
/// As much of ClrKernel as the library finds by reflection, compiled under the host's own assembly and type names. Loaded once a
/// process and beside everything else; it shows nothing except to the test that listens.
/// </summary>
internal static class FakeHost
{
    private static readonly Lazy<Assembly> LazyClrKernel = new(() => Compile("ClrKernel.Core.Primitives", """
        using System; using System.Collections.Generic; using System.Linq; using System.Threading;
        namespace ClrKernel.Core.Primitives;
        public interface IDisplayValue { object Value { get; } }
        public record DisplayObject(object Value, Type PreferredDisplayType = null, string PreferredMimeType = null) : IDisplayValue;
        public record DisplayText(string Text) : IDisplayValue { public object Value => Text; }
        public record DisplayHtml(string Html) : IDisplayValue { public object Value => Html; }
        public record DisplayFormatter(Type InputType, Type OutputType, Func<IDisplayValue, IDisplayValue> Format);
        public static class DisplayFormatters
        {
            static List<DisplayFormatter> _all = new();
            public static bool Broken;
            public static IEnumerable<DisplayFormatter> Formatters => Broken ? throw new InvalidOperationException("another version") : _all.ToArray();
            public static void Reset(bool html, bool broken = false)
            {
                _all.Clear();
                Broken = broken;
                Register<DisplayObject, DisplayText>(o => new DisplayText("host text: " + o.Value));
                if (html)
                    Register<DisplayObject, DisplayHtml>(o => new DisplayHtml("host html: " + o.Value));
            }
            public static DisplayFormatter Register<TIn, TOut>(Func<TIn, TOut> format) where TIn : IDisplayValue where TOut : IDisplayValue => Register(typeof(TIn), typeof(TOut), v => format((TIn)v));
            public static DisplayFormatter Register(Type inputType, Type outputType, Func<IDisplayValue, IDisplayValue> format) { _all.Add(new(inputType, outputType, format)); return _all[^1]; }
            public static IDisplayValue Format(object value, Type to) => _all.LastOrDefault(f => f.InputType == typeof(DisplayObject) && f.OutputType == to)?.Format(new DisplayObject(value));
            public static string Html(object value) => ((DisplayHtml)Format(value, typeof(DisplayHtml)))?.Html;
            public static string Text(object value) => ((DisplayText)Format(value, typeof(DisplayText)))?.Text;
        }
        public record DisplayCell(List<object> Shown)
        {
            public DisplayCell Update(object value, Type preferredDisplayType = null, string preferredMimeType = null) { Shown.Add(value); return this; }
        }
        public static class DisplayValues
        {
            public static readonly AsyncLocal<List<object>> Listener = new();
            public static DisplayCell Display(this object value, Type preferredDisplayType = null, string preferredMimeType = null) => Listener.Value is { } shown ? new DisplayCell(shown).Update(value) : null;
        }
        """));

    public static Assembly ClrKernel => LazyClrKernel.Value;

    /// <summary>Calls a static method of a host.</summary>
    public static T Call<T>(Assembly host, string type, string method, params object?[] arguments) =>
        (T)host.GetType($"{host.GetName().Name}.{type}", throwOnError: true)!.GetMethod(method)!.Invoke(null, arguments)!;

    private static Assembly Compile(string name, string source)
    {
        var compilation = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source)], HostAssemblies.CreateReferences(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        image.Position = 0;
        return new AssemblyLoadContext(name).LoadFromStream(image);
    }
}
