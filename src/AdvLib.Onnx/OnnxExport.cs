namespace AdvLib;

/// <summary>Writes networks of AdvLib's layers as ONNX files, for whatever runs those.</summary>
internal static class OnnxExport
{
    private const string Images = "images";

    /// <summary>Writes one. Its output are the logits; dropout, which only training has, is left out.</summary>
    /// <param name="model">The network.</param>
    /// <param name="batch">Images it takes at a time; 0 for any number.</param>
    /// <param name="channelsFirst">The order of its input.</param>
    /// <returns>The file.</returns>
    public static byte[] Write(INetwork model, int batch = 0, bool channelsFirst = true)
    {
        Shape shape = model.InputShape;
        Dictionary<string, NamedTensor> weights = model.GetWeights().ToDictionary(tensor => tensor.Name);
        OnnxWriter file = new();
        string last = Images;
        if (channelsFirst)
            file.Input(last, OnnxWriter.Float, batch, shape.Channels, shape.Height, shape.Width);
        else
        {
            file.Input(last, OnnxWriter.Float, batch, shape.Height, shape.Width, shape.Channels);
            file.Node("Transpose", [last], last = "channels first", ("perm", new long[] { 0, 3, 1, 2 }));
        }

        foreach (PlacedLayer place in model.Description.Layers.Where(place => place.Layer is not (Dropout or Softmax)))
            last = Add(file, place, last, weights);
        return file.Output(last, OnnxWriter.Float, batch, model.Classes).ToArray();
    }

    private static string Add(OnnxWriter file, PlacedLayer place, string input, Dictionary<string, NamedTensor> weights)
    {
        string output = $"{place.Name} output";
        string Weight(string name)
        {
            NamedTensor tensor = weights[$"{place.Name}.{name}"];
            file.Weight(tensor.Name, [.. tensor.Shape.Select(size => (long)size)], tensor.Values);
            return tensor.Name;
        }

        switch (place.Layer)
        {
            case Conv2D convolution:
                Convolve(file, place, convolution, input, output, weights[$"{place.Name}.kernel"].Values, Weight("bias"));
                break;
            case Dense:
                file.Node("Gemm", [input, Weight("kernel"), Weight("bias")], output);
                break;
            case BatchNorm normalization:
                file.Node(
                    "BatchNormalization", [input, Weight("gamma"), Weight("beta"), Weight("moving_mean"), Weight("moving_variance")],
                    output, ("epsilon", normalization.Epsilon));
                break;
            case MaxPool2D pool:
                file.Node(
                    "MaxPool", [input], output, ("kernel_shape", new long[] { pool.Size, pool.Size }),
                    ("strides", new long[] { pool.Stride, pool.Stride }));
                break;
            case ReLU:
                file.Node("Relu", [input], output);
                break;
            case Threshold threshold:
                Cut(file, place.Name, threshold, input, output);
                break;
            case Flatten:
                // AdvLib's rows have their channels last.
                file.Node("Transpose", [input], $"{place.Name} rows", ("perm", new long[] { 0, 2, 3, 1 }))
                    .Node("Flatten", [$"{place.Name} rows"], output, ("axis", 1L));
                break;
            default:
                throw new NotSupportedException($"{place.Name} has no counterpart in ONNX.");
        }

        return output;
    }

    private static void Convolve(
        OnnxWriter file, PlacedLayer place, Conv2D convolution, string input, string output, float[] kernel, string bias)
    {
        (_, int top, int height) = convolution.Cover(place.Input.Height);
        (_, int left, int width) = convolution.Cover(place.Input.Width);
        (int k, int channels) = (convolution.KernelSize, place.Input.Channels);
        // [rows, columns, in, out] to [out, in, rows, columns].
        float[] turned =
        [
            .. from o in Enumerable.Range(0, convolution.Filters)
               from c in Enumerable.Range(0, channels)
               from at in Enumerable.Range(0, k * k)
               select kernel[(((at * channels) + c) * convolution.Filters) + o],
        ];
        long[] pads = [top, left, Math.Max(0, height - top - place.Input.Height), Math.Max(0, width - left - place.Input.Width)];
        string name = $"{place.Name}.kernel";
        file.Weight(name, [convolution.Filters, channels, k, k], turned).Node(
            "Conv", [input, name, bias], output,
            ("strides", new long[] { convolution.Stride, convolution.Stride }), ("pads", pads));
    }

    private static void Cut(OnnxWriter file, string name, Threshold threshold, string input, string output)
    {
        string Constant(string what, float value)
        {
            file.Weight($"{name} {what}", [], [value]);
            return $"{name} {what}";
        }

        file.Node("Sub", [input, Constant("low", threshold.Low)], $"{name} above low");
        if (threshold.IsStep)
        {
            // Sign is -1, 0 or 1, and the step is 0 on its edge.
            file.Node("Sign", [$"{name} above low"], $"{name} sign").Node("Relu", [$"{name} sign"], output);
            return;
        }

        file.Node("Div", [$"{name} above low", Constant("width", threshold.High - threshold.Low)], $"{name} share")
            .Node("Clip", [$"{name} share", Constant("black", 0), Constant("white", 1)], output);
    }
}
