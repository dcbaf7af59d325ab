namespace AdvLib;

/// <summary>Saving and loading a model's weights as safetensors.</summary>
public static class WeightsExtensions
{
    // A note that a file of weights keeps, beside the network's description.
    private const string EngineKey = "engine";

    /// <summary>
    /// Saves all weights and moving statistics, and notes the engine that they were trained on and, of a network, the description of its
    /// layers: <see cref="NetworkFile"/> makes the model of the file alone.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; its folder is made when missing, an older file is replaced in one step.</param>
    /// <exception cref="WeightsFileException">A weight is NaN or infinite.</exception>
    public static void Save(this ITrainableClassifier model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        var notes = new Dictionary<string, string> { [EngineKey] = model.Engine };
        if (model is INetwork network)
            notes[NetworkFile.NetworkKey] = network.Description.ToJson();
        SafeTensors.Save(path, model.GetWeights(), notes);
    }

    /// <summary>Loads all weights and moving statistics, or none when the file does not fit.</summary>
    /// <param name="model">The model, built as the saved one was.</param>
    /// <param name="path">The file.</param>
    /// <returns>What was loaded, and what was converted on the way, in a line.</returns>
    /// <exception cref="WeightsFileException">The file is no sound safetensors file, or a weight is NaN or infinite.</exception>
    /// <exception cref="ShapeMismatchException">The file holds another network's weights.</exception>
    public static string Load(this ITrainableClassifier model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<NamedTensor> tensors = SafeTensors.Load(path);
        model.SetWeights(tensors);
        IEnumerable<string> kinds = tensors.GroupBy(tensor => tensor.StoredAs).Select(kind => $"{kind.Count()} of {kind.Key}");
        return $"{tensors.Count} tensors from {Path.GetFileName(path)}: {string.Join("; ", kinds)}";
    }
}
