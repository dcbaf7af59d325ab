namespace AdvLib;

/// <summary>
/// A network in one safetensors file: the weights, and the description of its layers among the file's notes. AdvLib's networks and
/// checkpoints are saved so. Loading one runs no code: the description names AdvLib's own layers and their settings.
/// </summary>
public static class NetworkFile
{
    /// <summary>The note that holds the description.</summary>
    internal const string NetworkKey = "network";

    // A checkpoint holds the weights among all else that its run goes on from.
    private const string FormatKey = "format";
    private const string CheckpointPart = "weights.";

    /// <summary>Loads a network and builds it.</summary>
    /// <param name="path">A file that <see cref="WeightsExtensions.Save"/> or a training has written.</param>
    /// <param name="engine">The engine, as for <see cref="Network.Build"/>.</param>
    /// <returns>The model, with the file's weights.</returns>
    /// <exception cref="WeightsFileException">The file is damaged, or holds no description that fits its weights.</exception>
    /// <exception cref="EngineUnavailableException">There is no such engine here.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static INetwork Load(string path, string engine = Network.BuiltInEngine)
    {
        (Network network, IReadOnlyList<NamedTensor> weights) = Read(path);
        INetwork model = network.Build(seed: 0, engine);
        model.SetWeights(weights);
        return model;
    }

    /// <summary>Reads description and weights.</summary>
    /// <param name="path">A file that <see cref="WeightsExtensions.Save"/> or a training has written.</param>
    /// <returns>The description, and weights that fit it.</returns>
    /// <exception cref="WeightsFileException">The file is damaged, or holds no description that fits its weights.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static (Network Network, IReadOnlyList<NamedTensor> Weights) Read(string path)
    {
        IReadOnlyList<NamedTensor> tensors = SafeTensors.Load(path, out IReadOnlyDictionary<string, string> notes, anyBits: true);
        if (!notes.TryGetValue(NetworkKey, out string? description))
        {
            throw new WeightsFileException($"'{path}' holds weights and no description of their network.",
                "a file that says its layers, as AdvLib saves networks now.",
                "Build the network that they are of, load them into it, and save it again: model.Load(path); model.Save(path).");
        }

        Network network = NetworkJson.Read(description, $"'{path}'");
        if (notes.ContainsKey(FormatKey))
        {
            tensors = [.. tensors.Where(tensor => tensor.Name.StartsWith(CheckpointPart, StringComparison.Ordinal))
                .Select(tensor => tensor with { Name = tensor.Name[CheckpointPart.Length..] })];
        }

        // Before anything is built, so that a description cannot ask for more memory than the file's weights take.
        string[] expected = [.. network.Layers.SelectMany(WeightsOf)];
        if (!expected.ToHashSet(StringComparer.Ordinal).SetEquals(tensors.Select(tensor => tensor.ToString())))
        {
            throw new WeightsFileException(
                $"The weights in '{path}' are not those of the network that it describes: {string.Join(", ", tensors)}.",
                $"{string.Join(", ", expected)}.", "The file was put together of two: save the network again.");
        }

        if (tensors.FirstOrDefault(tensor => tensor.Values.Any(value => !float.IsFinite(value))) is { } faulty)
        {
            throw new WeightsFileException($"Tensor '{faulty.Name}' of '{path}' holds NaN or infinity.", "finite weights.",
                "Training has diverged: take the weights from before, and go on with a smaller learning rate.");
        }

        return (network, tensors);
    }

    // Names and shapes as a tensor's text has them; no values are made.
    private static IEnumerable<string> WeightsOf(PlacedLayer place)
    {
        string[] weights = place.Layer switch
        {
            Conv2D conv =>
            [
                $"kernel [{conv.KernelSize}, {conv.KernelSize}, {place.Input.Channels}, {conv.Filters}]", $"bias [{conv.Filters}]",
            ],
            Dense dense => [$"kernel [{place.Input.Size}, {dense.Units}]", $"bias [{dense.Units}]"],
            BatchNorm => [.. BatchNorm.TensorNames.Select(name => $"{name} [{place.Input.Channels}]")],
            _ => [],
        };
        return weights.Select(weight => $"{place.Name}.{weight}");
    }
}
