namespace AdvLib;

/// <summary>A layer at its place in a network.</summary>
/// <param name="Name">Keras's name: the kind of layer, with <c>_1</c>, <c>_2</c> ... from the second of a kind on.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Input">Shape of one input.</param>
/// <param name="Output">Shape of one output.</param>
public sealed record PlacedLayer(string Name, Layer Layer, Shape Input, Shape Output);
