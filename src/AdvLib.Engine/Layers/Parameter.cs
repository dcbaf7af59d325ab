using AdvLib.Numerics;

namespace AdvLib.Layers;

/// <summary>A tensor of a layer that is saved with the network: a trained weight, or a moving statistic.</summary>
internal sealed unsafe class Parameter(string name, int[] shape, bool trainable)
{
    private AlignedBuffer? _values;
    private AlignedBuffer? _gradients;
    private int _offset;

    /// <summary>Name within the layer, for example <c>kernel</c>.</summary>
    public string Name { get; } = name;

    public int[] Shape { get; } = shape;

    /// <summary>Where the values begin in the network's memory.</summary>
    public int Offset => _offset;

    /// <summary>Whether the optimizer moves it; moving statistics are not trained.</summary>
    public bool Trainable { get; } = trainable;

    public int Length { get; } = shape.Aggregate(1, (product, size) => checked(product * size));

    public float* Value => _values!.Pointer + _offset;

    /// <summary>The last training step's gradient; trainable parameters only.</summary>
    public float* Gradient => _gradients!.Pointer + _offset;

    public Span<float> Values => _values!.Span.Slice(_offset, Length);

    public Span<float> Gradients => _gradients!.Span.Slice(_offset, Length);

    /// <summary>The parameters of a layer; moving statistics are not trained.</summary>
    public static Parameter[] Of(PlacedLayer place) =>
        [.. place.Layer.InitialWeights(place.Input, new Rng(0, RandomPurpose.Weights)).Select(tensor =>
            new Parameter(tensor.Name, tensor.Shape, trainable: !tensor.Name.StartsWith("moving_", StringComparison.Ordinal)))];

    /// <summary>Places the parameter in its network's memory.</summary>
    public void Bind(AlignedBuffer values, AlignedBuffer gradients, int offset) =>
        (_values, _gradients, _offset) = (values, gradients, offset);
}
