using System.Text;
using System.Text.Json;

namespace AdvLib;

/// <summary>
/// A network's description as JSON text: input shape and layers, each of a known kind with its settings. It is data alone: reading it makes
/// records of AdvLib's own layers and nothing else.
/// </summary>
internal static class NetworkJson
{
    // Beyond what any image or layer needs; below what a hostile text could ask memory for.
    private const int MostSize = 1 << 16;
    private const long MostValues = 1 << 26;
    private const int MostLayers = 1000;

    /// <summary>Writes a description.</summary>
    public static string Write(Network network)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("input");
            foreach (int size in (ReadOnlySpan<int>)[network.InputShape.Height, network.InputShape.Width, network.InputShape.Channels])
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("layers");
            foreach (PlacedLayer place in network.Layers)
                WriteLayer(json, place.Layer);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Reads a description.</summary>
    /// <param name="text">What <see cref="Write"/> gave.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="WeightsFileException">The text is no such description.</exception>
    public static Network Read(string text, string name)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = json.RootElement;
            if (root.GetProperty("input").GetArrayLength() != 3 || root.GetProperty("layers").GetArrayLength() > MostLayers)
                throw new JsonException("its input is not 3 sizes, or it has too many layers.");
            int[] input = [.. root.GetProperty("input").EnumerateArray().Select(size => Size(size))];
            var network = new Network(
                new Shape(input[0], input[1], input[2]), [.. root.GetProperty("layers").EnumerateArray().Select(ReadLayer)]);
            if (network.Layers.Select(place => place.Output).Append(network.InputShape).Any(
                shape => (long)shape.Height * shape.Width * shape.Channels > MostValues))
                throw new JsonException("a layer gives more values than a machine could hold.");
            return network;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException
            or ArgumentOutOfRangeException or ShapeMismatchException)
        {
            throw new WeightsFileException($"The network described in {name} cannot be read: {e.Message}",
                "input and layers, as AdvLib writes them.", "Save the network again.", e);
        }
    }

    private static void WriteLayer(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartObject();
        json.WriteString("kind", layer.Kind);
        switch (layer)
        {
            case Conv2D conv:
                json.WriteNumber("filters", conv.Filters);
                json.WriteNumber("kernel", conv.KernelSize);
                json.WriteNumber("stride", conv.Stride);
                json.WriteString("padding", conv.Padding == Padding.Same ? "same" : "valid");
                break;
            case Dense dense:
                json.WriteNumber("units", dense.Units);
                break;
            case BatchNorm norm:
                json.WriteNumber("momentum", norm.Momentum);
                json.WriteNumber("epsilon", norm.Epsilon);
                break;
            case Dropout dropout:
                json.WriteNumber("rate", dropout.Rate);
                break;
            case MaxPool2D pool:
                json.WriteNumber("size", pool.Size);
                json.WriteNumber("stride", pool.Stride);
                break;
            case Threshold threshold:
                json.WriteNumber("low", threshold.Low);
                json.WriteNumber("high", threshold.High);
                break;
        }

        json.WriteEndObject();
    }

    private static Layer ReadLayer(JsonElement layer)
    {
        int Number(string name) => Size(layer.GetProperty(name));
        float Value(string name) => layer.GetProperty(name).GetSingle();
        return layer.GetProperty("kind").GetString() switch
        {
            "conv2d" => new Conv2D(Number("filters"), Number("kernel"), Number("stride"), layer.GetProperty("padding").GetString() switch
            {
                "same" => Padding.Same,
                "valid" => Padding.Valid,
                var other => throw new JsonException($"there is no padding \"{other}\"."),
            }),
            "dense" => new Dense(Number("units")),
            "batch_normalization" => new BatchNorm(Value("momentum"), Value("epsilon")),
            "dropout" => new Dropout(Value("rate")),
            "max_pooling2d" => new MaxPool2D(Number("size"), Number("stride")),
            "threshold" => new Threshold(Value("low"), Value("high")),
            "flatten" => new Flatten(),
            "re_lu" => new ReLU(),
            "softmax" => new Softmax(),
            var other => throw new JsonException($"there is no layer \"{other}\"."),
        };
    }

    private static int Size(JsonElement element) => element.GetInt32() is >= 1 and <= MostSize and var size ? size
        : throw new JsonException($"{element.GetRawText()} is no size from 1 to {MostSize}.");
}
