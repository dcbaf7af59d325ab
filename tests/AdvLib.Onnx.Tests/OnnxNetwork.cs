namespace AdvLib.Onnx.Tests;

/// <summary>A network of AdvLib's as an ONNX file.</summary>
internal static class OnnxNetwork
{
    /// <summary>Writes it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batch">Images it takes at a time; 0 for any.</param>
    /// <param name="channelsFirst">The order of its input.</param>
    public static byte[] Write(INetwork model, int batch = 0, bool channelsFirst = true)
    {
        Shape shape = model.InputShape;
        Dictionary<string, NamedTensor> weights = model.GetWeights().ToDictionary(tensor => tensor.Name);
        OnnxWriter file = new();
        if (channelsFirst)
            file.Input("images", OnnxWriter.Float, batch, shape.Channels, shape.Height, shape.Width);
        else
            file.Input("images", OnnxWriter.Float, batch, shape.Height, shape.Width, shape.Channels)
                .Node("Transpose", ["images"], "channels first", ("perm", new long[] { 0, 3, 1, 2 }));
        string last = channelsFirst ? "images" : "channels first";
        foreach (PlacedLayer place in model.Description.Layers.Where(place => place.Layer is not (Dropout or Softmax)))
            last = Add(file, place, last, weights);
        return file.Output(last, OnnxWriter.Float, batch, model.Classes).ToArray();
    }

    private static string Add(OnnxWriter file, PlacedLayer place, string input, Dictionary<string, NamedTensor> weights)
    {
        string Weight(string name)
        {
            NamedTensor tensor = weights[$"{place.Name}.{name}"];
            file.Weight(tensor.Name, [.. tensor.Shape.Select(size => (long)size)], tensor.Values);
            return tensor.Name;
        }

        string output = $"{place.Name} output";
        switch (place.Layer)
        {
            case Conv2D convolution:
                (_, int top, int height) = convolution.Cover(place.Input.Height);
                (_, int left, int width) = convolution.Cover(place.Input.Width);
                (int k, int channels) = (convolution.KernelSize, place.Input.Channels);
                float[] kernel = weights[$"{place.Name}.kernel"].Values;
                // [rows, columns, in, out] to [out, in, rows, columns].
                float[] turned = [.. from o in Enumerable.Range(0, convolution.Filters) from c in Enumerable.Range(0,
                    channels) from at in Enumerable.Range(0, k * k)
                    select kernel[(at * channels + c) * convolution.Filters + o]];
                file.Weight($"{place.Name}.kernel", [convolution.Filters, channels, k, k], turned)
                    .Node("Conv", [input, $"{place.Name}.kernel", Weight("bias")], output,
                    ("strides", new long[] { convolution.Stride, convolution.Stride }),
                    ("pads", new long[] { top, left, Math.Max(0, height - top - place.Input.Height),
                        Math.Max(0, width - left - place.Input.Width) }));
                break;
            case Dense:
                file.Node("Gemm", [input, Weight("kernel"), Weight("bias")], output);
                break;
            case BatchNorm normalization:
                file.Node("BatchNormalization",
                    [input, Weight("gamma"), Weight("beta"), Weight("moving_mean"), Weight("moving_variance")], output,
                    ("epsilon", normalization.Epsilon));
                break;
            case MaxPool2D pool:
                file.Node("MaxPool", [input], output, ("kernel_shape", new long[] { pool.Size, pool.Size }),
                    ("strides", new long[] { pool.Stride, pool.Stride }));
                break;
            case ReLU:
                file.Node("Relu", [input], output);
                break;
            case Flatten:
                file.Node("Transpose", [input], $"{place.Name} rows", ("perm", new long[] { 0, 2, 3, 1 }))
                    .Node("Flatten", [$"{place.Name} rows"], output, ("axis", 1L));
                break;
            default:
                throw new NotSupportedException(place.Name);
        }

        return output;
    }
}
