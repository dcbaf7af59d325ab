namespace AdvLib;

/// <summary>Models of other makers' formats, found by the ending of their file: TorchScript and ONNX.</summary>
public static class ModelFormat
{
    private static readonly (string Name, string Assembly, string Type) TorchScript =
        ("TorchScript", "AdvLib.TorchSharp", "AdvLib.TorchScriptFormat");

    private static readonly Dictionary<string, (string Name, string Assembly, string Type)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pt"] = TorchScript,
        [".pth"] = TorchScript,
        [".onnx"] = ("ONNX", "AdvLib.Onnx", "AdvLib.OnnxFormat"),
    };

    /// <summary>The endings that are known.</summary>
    public static IReadOnlyCollection<string> Endings => Known.Keys;

    /// <summary>Loads a model.</summary>
    /// <param name="path">The file. A TorchScript file holds code of a model, which runs; load only what you trust.</param>
    /// <param name="input">How it wants its images.</param>
    /// <returns>The model; disposable where it holds something.</returns>
    /// <exception cref="EngineUnavailableException">The ending is unknown, or what loads it is not there.</exception>
    public static IClassifier Load(string path, ModelInput input)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(input);
        return Known.TryGetValue(Path.GetExtension(path), out (string Name, string Assembly, string Type) known)
            ? AssemblyFinder.Make<IModelFormat>($"The {known.Name} file '{path}'", (known.Assembly, known.Type)).Load(path, input)
            : throw new EngineUnavailableException($"A model in '{path}'.",
                $"a file that ends with {string.Join(", ", Known.Keys)}.", "Export the model to one of these.");
    }
}
