using System.Reflection;

namespace AdvLib;

/// <summary>
/// ClrKernel, found by reflection. It knows no formatter convention but has a registry, <c>ClrKernel.Core.Primitives.DisplayFormatters</c>:
/// what turns any object into HTML or text is replaced by one that asks visuals themselves, and leaves every other object to what was there
/// before. Where the host has changed, all of this does nothing.
/// </summary>
/// <param name="registry">The host's registry.</param>
internal sealed class ClrKernelHost(Type registry) : INotebookHost
{
    private const string Assembly = "ClrKernel.Core.Primitives";

    /// <summary>It does not tell a cell that it should stop.</summary>
    public CancellationToken Stop => CancellationToken.None;

    /// <summary>The host where it is running, else null. Elsewhere a look at the loaded assemblies' names is all.</summary>
    public static ClrKernelHost? Find() =>
        NotebookHost.Find(Assembly, Assembly + ".DisplayFormatters") is { } registry ? new ClrKernelHost(registry) : null;

    /// <inheritdoc/>
    public void Attach() => Try(() => Register(registry));

    /// <inheritdoc/>
    public Func<IVisual, bool>? Show(IVisual visual)
    {
        // value.Display() gives a cell to update.
        object? output = Try(() => registry.Assembly.GetType(Assembly + ".DisplayValues")?
            .GetMethod("Display", [typeof(object), typeof(Type), typeof(string)])?.Invoke(null, [visual, null, null]));
        MethodInfo? update = output?.GetType().GetMethod("Update", [typeof(object), typeof(Type), typeof(string)]);
        if (update is null)
            return null;
        return other => Try<object>(() =>
        {
            update.Invoke(output, [other, null, null]);
            return output;
        }) is not null;
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
        object formatter = typeof(ClrKernelHost)
            .GetMethod(nameof(Formatter), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(any)
            .Invoke(null, [(object display) => value.GetValue(display) is IVisual visual ? make.Invoke([show(visual)]) : null,
                Get<Delegate>(previous, "Format")])!;
        MethodInfo register = registry.GetMethod("Register", [typeof(Type), typeof(Type), function])
            ?? throw new MissingMethodException(registry.Name, "Register");
        register.Invoke(null, [from, to, formatter]);
    }

    // The registry's own delegate type, with the registry's own interface.
    private static Func<TDisplay, TDisplay> Formatter<TDisplay>(Func<object, object?> show, Func<TDisplay, TDisplay> previous)
        where TDisplay : class => display => (TDisplay?)show(display) ?? previous(display);

    private static T Get<T>(object source, string property) => (T)source.GetType().GetProperty(property)!.GetValue(source)!;

    // Whatever goes wrong in there must not end what the reader is doing.
    private static T? Try<T>(Func<T?> call)
        where T : class
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is TargetInvocationException or MemberAccessException or AmbiguousMatchException
            or TypeLoadException or IOException or ArgumentException or NotSupportedException or InvalidCastException)
        {
            return null;
        }
    }
}
