namespace AdvLib;

/// <summary>Models of other makers' formats, found by the ending of their file: TorchScript and ONNX are read, ONNX is written.</summary>
public static class ModelFormat
{
    private static readonly (string Name, string Assembly, string Type) TorchScript =
        ("TorchScript", "AdvLib.TorchSharp", "AdvLib.TorchScriptFormat");

    private static readonly (string Name, string Assembly, string Type) Onnx = ("ONNX", "AdvLib.Onnx", "AdvLib.OnnxFormat");

    private static readonly Dictionary<string, (string Name, string Assembly, string Type)> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [".pt"] = TorchScript,
        [".pth"] = TorchScript,
        [".onnx"] = Onnx,
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

    /// <summary>Saves a network of AdvLib's layers as an ONNX file, for whatever runs those; its output are the logits.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file, which ends with <c>.onnx</c>; written whole or not at all.</param>
    /// <param name="batchSize">Images that the file's model takes at a time; 0 for any number, at least 0.</param>
    /// <exception cref="EngineUnavailableException">The ending is another, or what saves it is not there.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is negative.</exception>
    public static void Save(INetwork network, string path, int batchSize = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(batchSize);
        if (!Known.TryGetValue(Path.GetExtension(path), out (string Name, string Assembly, string Type) known) || known != Onnx)
            throw new EngineUnavailableException($"A network as '{path}'.", "a file that ends with .onnx.", "Name it so.");
        AssemblyFinder.Make<IModelExport>($"The {known.Name} file '{path}'", (known.Assembly, known.Type)).Save(network, path, batchSize);
    }
}
