using System.Globalization;

namespace AdvLib;

/// <summary>
/// A network of layers one after the other, as a description. <see cref="Build"/> has an engine make a model of it; the description itself
/// holds no weights. A notebook shows it layer by layer.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class Network : IVisual
{
    /// <summary>Name of the engine that is taken where none is named: AdvLib.Engine's.</summary>
    public const string BuiltInEngine = "built-in";

    /// <summary>Name of libtorch's engine, AdvLib.TorchSharp's.</summary>
    public const string TorchSharpEngine = "torchsharp";

    private readonly Lazy<int[]> _parameterCounts;

    /// <summary>Describes a network.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="layers">The layers; the last one gives one value a class, usually through a softmax.</param>
    /// <exception cref="ShapeMismatchException">A layer does not fit the one before it, or the last does not give a vector.</exception>
    public Network(Shape inputShape, params IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0 || inputShape.Height < 1 || inputShape.Width < 1 || inputShape.Channels < 1)
        {
            throw new ShapeMismatchException(
                $"A network of {layers.Count} layers on an input of {inputShape}.", "at least one layer and one value.", "Add layers.");
        }

        InputShape = inputShape;
        Layers = Place(inputShape, layers);
        Shape output = Layers[^1].Output;
        if (output.Height != 1 || output.Width != 1 || output.Channels < 2)
        {
            throw new ShapeMismatchException(
                $"A network whose output is {output}.", "a vector with one value a class, at least two.",
                "End with a Dense layer of as many units as classes.");
        }

        _parameterCounts = new(() => [.. Layers.Select(CountParameters)]);
    }

    /// <summary>Shape of one image.</summary>
    public Shape InputShape { get; }

    /// <summary>Number of classes: the last layer's outputs.</summary>
    public int Classes => Layers[^1].Output.Channels;

    /// <summary>The layers, first to last, each with its name and shapes.</summary>
    public IReadOnlyList<PlacedLayer> Layers { get; }

    /// <summary>Number of values saved with the network: weights and moving statistics.</summary>
    public int ParameterCount => _parameterCounts.Value.Sum();

    /// <summary>Fresh weights and moving statistics, the same on every engine.</summary>
    /// <param name="seed">Decides them.</param>
    /// <returns>The tensors, under Keras's names and shapes.</returns>
    public IReadOnlyList<NamedTensor> InitialWeights(ulong seed)
    {
        var rng = new Rng(seed, RandomPurpose.Weights);
        return [.. Layers.SelectMany(place =>
            place.Layer.InitialWeights(place.Input, rng).Select(tensor => tensor with { Name = $"{place.Name}.{tensor.Name}" }))];
    }

    /// <summary>Has an engine build a model with fresh weights.</summary>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="engine">
    /// <c>built-in</c>, or <c>torchsharp</c> for libtorch, whose assembly AdvLib.TorchSharp and package must be referenced.
    /// </param>
    /// <param name="threads">Threads to compute on, at least 1; null for as many as the engine takes by itself.</param>
    /// <returns>The model.</returns>
    /// <exception cref="EngineUnavailableException">There is no such engine here.</exception>
    public INetwork Build(ulong seed, string engine = BuiltInEngine, int? threads = null) =>
        EngineFinder.Find(engine).Build(this, seed, threads);

    /// <summary>The description as JSON: input shape and layers with their settings, nothing else.</summary>
    /// <returns>The text, as a file of weights keeps it.</returns>
    public string ToJson() => NetworkJson.Write(this);

    /// <summary>The layers as a table: kind, output shape and number of parameters.</summary>
    /// <returns>The table.</returns>
    public TableView Summary()
    {
        string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
        var table = new TableView(
            $"{Number(ParameterCount)} parameters, input {InputShape}", "layer", "what it does", "output", "parameters")
        { Align = "llrr" };
        for (int i = 0; i < Layers.Count; i++)
            table = table.Row(Layers[i].Name, Layers[i].Layer.Details, $"{Layers[i].Output}", Number(_parameterCounts.Value[i]));
        return table;
    }

    /// <inheritdoc/>
    public string ToHtml() => Summary().ToHtml();

    /// <summary>The layers as aligned text.</summary>
    /// <returns>A title and one line a layer.</returns>
    public override string ToString() => Summary().ToString();

    private static PlacedLayer[] Place(Shape shape, IReadOnlyList<Layer> layers)
    {
        var kinds = new Dictionary<string, int>();
        var places = new PlacedLayer[layers.Count];
        for (int i = 0; i < places.Length; i++)
        {
            Layer layer = layers[i];
            int earlier = kinds.GetValueOrDefault(layer.Kind);
            kinds[layer.Kind] = earlier + 1;
            Shape output = layer.OutputShape(shape);
            places[i] = new PlacedLayer(earlier == 0 ? layer.Kind : $"{layer.Kind}_{earlier}", layer, shape, output);
            shape = output;
        }

        return places;
    }

    private static int CountParameters(PlacedLayer place) =>
        place.Layer.InitialWeights(place.Input, new Rng(0, RandomPurpose.Weights)).Sum(tensor => tensor.Values.Length);
}
