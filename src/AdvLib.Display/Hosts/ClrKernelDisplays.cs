using System.Reflection;
using System.Runtime.CompilerServices;

namespace AdvLib;

/// <summary>
/// ClrKernel knows no formatter convention but has a registry, <c>ClrKernel.Core.Primitives.DisplayFormatters</c>: what turns any object
/// into HTML or text is replaced by one that asks visuals themselves, and leaves every other object to what was there before.
/// </summary>
internal static class ClrKernelDisplays
{
    public const string Assembly = "ClrKernel.Core.Primitives";

    /// <summary>Registers the library's visuals where it is loaded by ClrKernel. Elsewhere a look at the loaded assemblies' names is all.</summary>
#pragma warning disable CA2255 // a notebook calls nothing before its first cell ends with a visual
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register()
    {
        if (NotebookHost.Find(Assembly, Assembly + ".DisplayFormatters") is { } registry)
            NotebookHost.Try(() => Register(registry));
    }

    private static Type? Register(Type registry)
    {
        Type Named(string name) => registry.Assembly.GetType($"{Assembly}.{name}") ?? throw new TypeLoadException(name);
        Replace(registry, Named("IDisplayValue"), Named("DisplayObject"), Named("DisplayHtml"), visual => visual.ToHtml());
        Replace(registry, Named("IDisplayValue"), Named("DisplayObject"), Named("DisplayText"), visual => visual.ToString() ?? "");
        return registry;
    }

    private static void Replace(Type registry, Type any, Type from, Type to, Func<IVisual, string> show)
    {
        // The newest registration wins, as in the registry itself; without one there is nothing to leave other objects to.
        object? previous = ((System.Collections.IEnumerable)registry.GetProperty("Formatters")!.GetValue(null)!).Cast<object>()
            .LastOrDefault(known => Get<Type>(known, "InputType").IsAssignableFrom(from) && Get<Type>(known, "OutputType") == to);
        if (previous is null)
            return;
        ConstructorInfo make = to.GetConstructor([typeof(string)]) ?? throw new MissingMethodException(to.Name, ".ctor");
        PropertyInfo value = from.GetProperty("Value") ?? throw new MissingMemberException(from.Name, "Value");
        Type function = typeof(Func<,>).MakeGenericType(any, any);
        object formatter = typeof(ClrKernelDisplays).GetMethod(nameof(Formatter), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(any)
            .Invoke(null, [(object display) => value.GetValue(display) is IVisual visual ? make.Invoke([show(visual)]) : null, Get<Delegate>(previous, "Format")])!;
        MethodInfo register = registry.GetMethod("Register", [typeof(Type), typeof(Type), function]) ?? throw new MissingMethodException(registry.Name, "Register");
        register.Invoke(null, [from, to, formatter]);
    }

    // The registry's own delegate type, with the registry's own interface.
    private static Func<TDisplay, TDisplay> Formatter<TDisplay>(Func<object, object?> show, Func<TDisplay, TDisplay> previous)
        where TDisplay : class => display => (TDisplay?)show(display) ?? previous(display);

    private static T Get<T>(object source, string property) => (T)source.GetType().GetProperty(property)!.GetValue(source)!;
}
