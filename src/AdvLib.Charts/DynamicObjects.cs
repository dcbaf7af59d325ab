namespace AdvLib.Charts;

/// <summary>Fills Plotly.NET's objects by name: their own F# functions want every optional argument from C#.</summary>
internal static class DynamicObjects
{
    /// <summary>Sets properties of plotly.js.</summary>
    /// <param name="target">The object.</param>
    /// <param name="properties">Names and values; null leaves a property out.</param>
    /// <returns>The object.</returns>
    public static T With<T>(this T target, params ReadOnlySpan<(string Name, object? Value)> properties)
        where T : DynamicObj.DynamicObj
    {
        foreach ((string name, object? value) in properties)
        {
            if (value is not null)
                target.SetProperty(name, value);
        }

        return target;
    }
}
