using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>All parameters of a network: their memory, and their values by name.</summary>
internal sealed class NetworkParameters
{
    // Parameters start on a vector boundary of the weights' memory.
    private const int Alignment = 16;

    private readonly List<(string Name, Parameter Parameter)> _parameters;

    /// <summary>Gives the parameters of all layers their memory: trained weights first, so that an optimizer sees one vector.</summary>
    public NetworkParameters(IEnumerable<EngineLayer> layers)
    {
        _parameters = [.. Named(layers)];
        var places = new List<(Parameter Parameter, int Offset)>();
        int offset = Place(trainable: true, 0, places);
        Trainable = offset;
        Weights = new AlignedBuffer(Place(trainable: false, offset, places));
        Gradients = new AlignedBuffer(Trainable);
        foreach ((Parameter parameter, int place) in places)
            parameter.Bind(Weights, Gradients, place);
    }

    /// <summary>Trained weights, then moving statistics.</summary>
    public AlignedBuffer Weights { get; }

    /// <summary>The trained weights' gradients, in the same places.</summary>
    public AlignedBuffer Gradients { get; }

    /// <summary>Number of trained values, gaps included.</summary>
    public int Trainable { get; }

    /// <summary>The moving statistics.</summary>
    public Span<float> Statistics => Weights.Span[Trainable..];

    /// <summary>Gives other layers of the same description these values and gradients as theirs.</summary>
    public void Share(IEnumerable<EngineLayer> layers)
    {
        foreach ((string name, Parameter parameter) in Named(layers))
            parameter.Bind(Weights, Gradients, _parameters.Find(mine => mine.Name == name).Parameter.Offset);
    }

    /// <summary>A copy of all values.</summary>
    public IReadOnlyList<NamedTensor> GetWeights() =>
        [.. _parameters.Select(p => new NamedTensor(p.Name, p.Parameter.Shape, p.Parameter.Values.ToArray()))];

    /// <summary>A copy of the trained weights' gradients.</summary>
    public IReadOnlyList<NamedTensor> GetGradients() =>
        [.. _parameters.Where(p => p.Parameter.Trainable)
            .Select(p => new NamedTensor(p.Name, p.Parameter.Shape, p.Parameter.Gradients.ToArray()))];

    /// <summary>Replaces all values, or none.</summary>
    /// <exception cref="ShapeMismatchException">A tensor is missing, unknown or of another shape.</exception>
    public void SetWeights(IReadOnlyList<NamedTensor> weights)
    {
        var byName = weights.ToDictionary(tensor => tensor.Name);

        // All are checked before any is set: a network never holds half of another's weights.
        foreach ((string name, Parameter parameter) in _parameters)
            Check(name, parameter, byName.GetValueOrDefault(name));
        if (byName.Count > _parameters.Count)
        {
            string unknown = byName.Keys.Except(_parameters.Select(p => p.Name)).First();
            throw new ShapeMismatchException(
                $"A tensor '{unknown}' that this network lacks.", $"the {_parameters.Count} tensors of its summary.",
                "Load weights saved from the same network.");
        }

        foreach ((string name, Parameter parameter) in _parameters)
            byName[name].Values.CopyTo(parameter.Values);
    }

    private static IEnumerable<(string Name, Parameter Parameter)> Named(IEnumerable<EngineLayer> layers) =>
        layers.SelectMany(layer => layer.Parameters, (layer, parameter) => ($"{layer.Place.Name}.{parameter.Name}", parameter));

    private static void Check(string name, Parameter parameter, NamedTensor? found)
    {
        string expected = $"{name} [{string.Join(", ", parameter.Shape)}].";
        if (found is null)
            throw new ShapeMismatchException($"Weights without '{name}'.", expected, "Load weights saved from the same network.");
        if (!found.Shape.SequenceEqual(parameter.Shape) || found.Values.Length != parameter.Length)
        {
            throw new ShapeMismatchException(
                $"A tensor {found} of {found.Values.Length} values.", expected, "Load weights saved from the same network.");
        }
    }

    private int Place(bool trainable, int offset, List<(Parameter Parameter, int Offset)> places)
    {
        foreach (Parameter parameter in _parameters.Select(p => p.Parameter).Where(p => p.Trainable == trainable))
        {
            places.Add((parameter, offset));
            offset = checked(offset + (parameter.Length + Alignment - 1) / Alignment * Alignment);
        }

        return offset;
    }
}
