using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// A network's weights as one vector on a device, the trained ones first, of which every tensor is a view: an optimizer moves them all in
/// one pass, and on the CPU in their own memory.
/// </summary>
internal sealed class TorchParameters : IDisposable
{
    private readonly Tensor _all;
    private readonly Place[] _places;
    private readonly Dictionary<string, Place> _byName;
    private readonly float[] _gradients;

    /// <summary>Puts weights on a device.</summary>
    public TorchParameters(IReadOnlyList<NamedTensor> weights, Device device)
    {
        var places = new List<Place>();
        int offset = 0;
        foreach (bool trained in (bool[])[true, false])
        {
            foreach (NamedTensor tensor in weights.Where(tensor => !tensor.Name.Contains(".moving_", StringComparison.Ordinal) == trained))
            {
                places.Add(new Place(tensor.Name, tensor.Shape, offset, tensor.Values.Length, trained));
                offset = checked(offset + tensor.Values.Length);
            }
        }

        _byName = places.ToDictionary(place => place.Name);
        _places = [.. weights.Select(tensor => _byName[tensor.Name])];
        _gradients = new float[places.Where(place => place.Trained).Sum(place => place.Length)];
        // Of its own, whatever scope the caller has open.
        _all = zeros([offset], ScalarType.Float32, device).DetachFromDisposeScope();
        Set(weights);
    }

    /// <summary>The weights of a call, which forgets their gradients when it ends.</summary>
    /// <param name="training">Whether they are differentiated.</param>
    /// <returns>The tensors by name; the caller's scope disposes of them.</returns>
    public Dictionary<string, Tensor> Views(bool training) => _places.ToDictionary(place => place.Name, place =>
        _all.narrow(0, place.Offset, place.Length).view([.. place.Shape.Select(size => (long)size)]).detach()
            .requires_grad_(training && place.Trained));

    /// <summary>Moves the weights against the gradients of their views.</summary>
    /// <returns>Whether all is finite.</returns>
    public bool Step(IVectorOptimizer optimizer, Dictionary<string, Tensor> views)
    {
        foreach (Place place in _places.Where(place => place.Trained))
        {
            Span<float> gradient = _gradients.AsSpan(place.Offset, place.Length);
            if (views[place.Name].grad is { } slope)
                TorchTensors.Read(slope, gradient);
            else
                gradient.Clear();
        }

        if (_all.device_type == DeviceType.CPU)
            return optimizer.Step(Memory[.._gradients.Length], _gradients);
        var weights = new float[_gradients.Length];
        Tensor trained = _all.narrow(0, 0, weights.Length);
        TorchTensors.Read(trained, weights);
        bool finite = optimizer.Step(weights, _gradients);
        trained.copy_(TorchTensors.Write(weights, CPU, weights.Length));
        return finite;
    }

    /// <summary>A copy of all values, in the network's order.</summary>
    public IReadOnlyList<NamedTensor> Get()
    {
        var all = new float[_all.NumberOfElements];
        TorchTensors.Read(_all, all);
        return [.. _places.Select(place => new NamedTensor(place.Name, place.Shape, all[place.Offset..(place.Offset + place.Length)]))];
    }

    /// <summary>Replaces all values, or none.</summary>
    /// <exception cref="ShapeMismatchException">A tensor is missing, unknown or of another shape.</exception>
    public void Set(IReadOnlyList<NamedTensor> weights)
    {
        WeightsFit.Check([.. _places.Select(place => (place.Name, place.Shape))], weights);
        var all = new float[_all.NumberOfElements];
        foreach (NamedTensor tensor in weights)
            tensor.Values.CopyTo(all, _byName[tensor.Name].Offset);
        _all.copy_(TorchTensors.Write(all, CPU, all.Length));
    }

    /// <inheritdoc/>
    public void Dispose() => _all.Dispose();

    private Span<float> Memory => MemoryMarshal.Cast<byte, float>(_all.bytes);

    private sealed record Place(string Name, int[] Shape, int Offset, int Length, bool Trained);
}
