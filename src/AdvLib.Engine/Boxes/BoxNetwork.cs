using AdvLib.Layers;

namespace AdvLib.Boxes;

/// <summary>A network's layers as they map boxes, its last dense layer as the <see cref="MarginHead"/>.</summary>
internal sealed class BoxNetwork
{
    /// <summary>Builds the layers, whose parameters still need memory: that of <see cref="Centres"/>.</summary>
    /// <param name="network">What to build.</param>
    /// <param name="proves">Whether linear bounds shall be taken back through them.</param>
    /// <exception cref="BoundsUnavailableException">A layer cannot be bounded.</exception>
    public BoxNetwork(Network network, bool proves)
    {
        PlacedLayer[] places = [.. network.Layers.Where((place, i) => i + 1 < network.Layers.Count || place.Layer is not Softmax)];
        Input = new Box(network.InputShape.Size);
        Box box = Input;
        var layers = new List<BoxLayer>();
        PlacedLayer? last = places is [.., { Layer: Dense } dense] ? dense : null;
        foreach (PlacedLayer place in places.SkipLast(last is null ? 0 : 1))
        {
            // Row-major memory makes a flattening nothing, and dropout is nothing in inference.
            if (place.Layer is Flatten or Dropout)
                continue;
            layers.Add(Build(place, box, proves));
            box = layers[^1].Output;
        }

        Layers = layers;
        Head = new MarginHead(box, network.Classes, last is null ? null : new DenseLayer(last, box.Centres));
    }

    /// <summary>Boxes of images.</summary>
    public Box Input { get; }

    public IReadOnlyList<BoxLayer> Layers { get; }

    public MarginHead Head { get; }

    /// <summary>The layers with the network's parameters.</summary>
    public IEnumerable<EngineLayer> Centres => Layers.Select(layer => layer.Centres).Append(Head.Centres).OfType<EngineLayer>();

    /// <summary>Makes room.</summary>
    /// <param name="rows">Rows of centres, and of gradients or linear bounds.</param>
    /// <param name="boxes">Boxes.</param>
    public void Reserve(int rows, int boxes)
    {
        Input.Reserve(rows, boxes);
        foreach (BoxLayer layer in Layers)
            layer.Reserve(rows, boxes);
        Head.Reserve(rows);
    }

    private static BoxLayer Build(PlacedLayer place, Box input, bool proves) => place.Layer switch
    {
        Conv2D or Dense => new LinearBox(place, input, proves),
        BatchNorm normalization => new BatchNormBox(place, normalization, input),
        ReLU => new ReLUBox(input),
        MaxPool2D pooling => new MaxPool2DBox(place, pooling, input),
        Threshold threshold => new ThresholdBox(threshold, input),
        _ => throw new BoundsUnavailableException(
            $"A layer '{place.Name}' before the last one.",
            "convolutions, dense layers, normalizations, ReLUs, pooling, thresholds and flattening.",
            "Leave it out: no bound through it is known here."),
    };
}
