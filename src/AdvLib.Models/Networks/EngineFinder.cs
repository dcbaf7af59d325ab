namespace AdvLib;

/// <summary>Finds engines by name.</summary>
internal static class EngineFinder
{
    private static readonly Dictionary<string, (string Assembly, string Type)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [Network.BuiltInEngine] = ("AdvLib.Engine", "AdvLib.BuiltInEngine"),
        [Network.TorchSharpEngine] = ("AdvLib.TorchSharp", "AdvLib.TorchSharpEngine"),
    };

    /// <summary>The engine of a name.</summary>
    /// <exception cref="EngineUnavailableException">It is unknown, or its assembly is not there.</exception>
    public static INetworkEngine Find(string engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Known.TryGetValue(engine, out (string Assembly, string Type) place)
            ? AssemblyFinder.Make<INetworkEngine>($"The engine '{engine}'", place)
            : throw new EngineUnavailableException(
                $"An engine '{engine}'.", $"{string.Join(" or ", Known.Keys.Select(name => $"'{name}'"))}.", "Name one of them.");
    }
}
