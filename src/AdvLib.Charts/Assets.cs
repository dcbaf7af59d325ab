namespace AdvLib.Charts;

/// <summary>The scripts that are embedded in this assembly.</summary>
internal static class Assets
{
    /// <summary>Reads a script.</summary>
    /// <param name="name">Its file name.</param>
    /// <returns>Its text.</returns>
    public static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Assets).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
