using System.Reflection;

namespace AdvLib;

/// <summary>
/// What the notebook host around this library offers, found by reflection: the library knows no host and needs none.
/// Where there is none, or it has changed, all of this does nothing.
/// </summary>
public static class NotebookHost
{
    /// <summary>Shows a value as an output of the running cell.</summary>
    /// <param name="value">An AdvLib type with formatters; a plain string would be escaped.</param>
    /// <returns>Puts another value in its place, and says whether it could; null where the host cannot.</returns>
    public static Func<object, bool>? Show(object value)
    {
        object? output = Try(() => ShowInInteractive(value) ?? ShowInClrKernel(value));
        MethodInfo? update = output?.GetType().GetMethods().FirstOrDefault(method => method.Name == "Update" && method.GetParameters() is [{ ParameterType: var type }, ..] && type == typeof(object));
        if (update is null)
            return null;
        object?[] rest = [.. update.GetParameters()[1..].Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : null)];
        return other => Try<object>(() =>
        {
            update.Invoke(output, [other, .. rest]);
            return output;
        }) is not null;
    }

    /// <summary>A type of a host that is running in this process; null where that host is not.</summary>
    public static Type? Find(string assembly, string type) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(loaded => loaded.FullName?.StartsWith(assembly + ",", StringComparison.Ordinal) == true)
        .Select(loaded => loaded.GetType(type)).FirstOrDefault(found => found is not null);

    /// <summary>Calls a host. Whatever goes wrong in there must not end what the reader is doing.</summary>
    public static T? Try<T>(Func<T?> call)
        where T : class
    {
        try
        {
            return call();
        }
        catch (Exception exception) when (exception is TargetInvocationException or MemberAccessException or AmbiguousMatchException or TypeLoadException or IOException or ArgumentException or NotSupportedException or InvalidCastException)
        {
            return null;
        }
    }

    // .NET Interactive: KernelInvocationContext.Current.Display(value, "text/html"). Its display(value) gives an output that cannot be updated.
    private static object? ShowInInteractive(object value)
    {
        const string Assembly = "Microsoft.DotNet.Interactive";
        if (Find(Assembly, Assembly + ".KernelInvocationContext") is not { } contextType || contextType.GetProperty("Current")?.GetValue(null) is not { } context)
            return null;
        return contextType.Assembly.GetType(Assembly + ".KernelInvocationContextExtensions")?
            .GetMethod("Display", [contextType, typeof(object), typeof(string[])])?.Invoke(null, [context, value, (string[])["text/html"]]);
    }

    // ClrKernel: value.Display(), which gives a cell to update.
    private static object? ShowInClrKernel(object value) => Find(ClrKernelDisplays.Assembly, ClrKernelDisplays.Assembly + ".DisplayValues")?
        .GetMethod("Display", [typeof(object), typeof(Type), typeof(string)])?.Invoke(null, [value, null, null]);
}
