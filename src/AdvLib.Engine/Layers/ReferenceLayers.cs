namespace AdvLib.Layers;

/// <summary>
/// Convolution and dense layer as a textbook has them, forwards and backwards: what <see cref="Conv2DLayer"/> and <see cref="DenseLayer"/>
/// compute, without how they do it fast. Read this first. Nothing runs on it; the tests hold the fast layers to it.
/// </summary>
/// <remarks>
/// Images are [image, row, column, channel]. A gradient has the shape of what it belongs to and holds d loss / d value; dy is what comes
/// back from the layer behind. Each product <c>x w</c> of the forward pass sends <c>dy w</c> back to its input and <c>dy x</c> to its
/// weight, so the three passes are one walk with another product. Sums are in double precision and in no special order.
/// </remarks>
internal static class ReferenceLayers
{
    /// <summary>The outputs of a convolution: at every place and for every filter, bias plus kernel times the pixels under it.</summary>
    /// <param name="layer">Kernel size, stride and padding.</param>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="w">[kernel rows, kernel columns, channels, filters].</param>
    /// <param name="b">[filters].</param>
    /// <returns>[images, output rows, output columns, filters].</returns>
    public static double[,,,] Convolve(Conv2D layer, double[,,,] x, double[,,,] w, double[] b)
    {
        (int rows, int columns) = (Cover(layer, x.GetLength(1)).Places, Cover(layer, x.GetLength(2)).Places);
        var y = new double[x.GetLength(0), rows, columns, b.Length];
        for (int n = 0; n < x.GetLength(0); n++)
        {
            for (int r = 0; r < rows; r++)
                for (int c = 0; c < columns; c++)
                    for (int f = 0; f < b.Length; f++)
                        y[n, r, c, f] = b[f];

            foreach ((int r, int c, int i, int j, int row, int column) in Taps(layer, x.GetLength(1), x.GetLength(2)))
                for (int k = 0; k < w.GetLength(2); k++)
                    for (int f = 0; f < b.Length; f++)
                        y[n, r, c, f] += x[n, row, column, k] * w[i, j, k, f];
        }

        return y;
    }

    /// <summary>A convolution's gradient by its input: a pixel collects from every place whose kernel covers it.</summary>
    /// <param name="layer">Kernel size, stride and padding.</param>
    /// <param name="input">Height, width and channels of an image.</param>
    /// <param name="w">[kernel rows, kernel columns, channels, filters].</param>
    /// <param name="dy">[images, output rows, output columns, filters].</param>
    /// <returns>[images, height, width, channels].</returns>
    public static double[,,,] ConvolutionInputGradient(Conv2D layer, Shape input, double[,,,] w, double[,,,] dy)
    {
        var dx = new double[dy.GetLength(0), input.Height, input.Width, input.Channels];
        for (int n = 0; n < dy.GetLength(0); n++)
            foreach ((int r, int c, int i, int j, int row, int column) in Taps(layer, input.Height, input.Width))
                for (int k = 0; k < input.Channels; k++)
                    for (int f = 0; f < dy.GetLength(3); f++)
                        dx[n, row, column, k] += dy[n, r, c, f] * w[i, j, k, f];
        return dx;
    }

    /// <summary>A convolution's gradients by kernel and bias: a weight is used at every place of every image, and collects there.</summary>
    /// <param name="layer">Kernel size, stride and padding.</param>
    /// <param name="x">[images, height, width, channels].</param>
    /// <param name="dy">[images, output rows, output columns, filters].</param>
    /// <returns>[kernel rows, kernel columns, channels, filters], and [filters].</returns>
    public static (double[,,,] W, double[] B) ConvolutionWeightGradient(Conv2D layer, double[,,,] x, double[,,,] dy)
    {
        var dw = new double[layer.KernelSize, layer.KernelSize, x.GetLength(3), dy.GetLength(3)];
        var db = new double[dy.GetLength(3)];
        for (int n = 0; n < x.GetLength(0); n++)
        {
            foreach ((int r, int c, int i, int j, int row, int column) in Taps(layer, x.GetLength(1), x.GetLength(2)))
                for (int k = 0; k < x.GetLength(3); k++)
                    for (int f = 0; f < db.Length; f++)
                        dw[i, j, k, f] += dy[n, r, c, f] * x[n, row, column, k];

            for (int r = 0; r < dy.GetLength(1); r++)
                for (int c = 0; c < dy.GetLength(2); c++)
                    for (int f = 0; f < db.Length; f++)
                        db[f] += dy[n, r, c, f];
        }

        return (dw, db);
    }

    /// <summary>The outputs of a dense layer: for every unit, bias plus weights times all inputs.</summary>
    /// <param name="x">[images, inputs].</param>
    /// <param name="w">[inputs, units].</param>
    /// <param name="b">[units].</param>
    /// <returns>[images, units].</returns>
    public static double[,] Dense(double[,] x, double[,] w, double[] b)
    {
        var y = new double[x.GetLength(0), b.Length];
        for (int n = 0; n < x.GetLength(0); n++)
        {
            for (int u = 0; u < b.Length; u++)
            {
                y[n, u] = b[u];
                for (int p = 0; p < x.GetLength(1); p++)
                    y[n, u] += x[n, p] * w[p, u];
            }
        }

        return y;
    }

    /// <summary>A dense layer's gradient by its input: an input collects from every unit.</summary>
    /// <param name="w">[inputs, units].</param>
    /// <param name="dy">[images, units].</param>
    /// <returns>[images, inputs].</returns>
    public static double[,] DenseInputGradient(double[,] w, double[,] dy)
    {
        var dx = new double[dy.GetLength(0), w.GetLength(0)];
        for (int n = 0; n < dy.GetLength(0); n++)
            for (int p = 0; p < w.GetLength(0); p++)
                for (int u = 0; u < w.GetLength(1); u++)
                    dx[n, p] += dy[n, u] * w[p, u];
        return dx;
    }

    /// <summary>A dense layer's gradients by weights and bias: each collects from every image.</summary>
    /// <param name="x">[images, inputs].</param>
    /// <param name="dy">[images, units].</param>
    /// <returns>[inputs, units], and [units].</returns>
    public static (double[,] W, double[] B) DenseWeightGradient(double[,] x, double[,] dy)
    {
        var dw = new double[x.GetLength(1), dy.GetLength(1)];
        var db = new double[dy.GetLength(1)];
        for (int n = 0; n < x.GetLength(0); n++)
        {
            for (int u = 0; u < db.Length; u++)
            {
                db[u] += dy[n, u];
                for (int p = 0; p < x.GetLength(1); p++)
                    dw[p, u] += dy[n, u] * x[n, p];
            }
        }

        return (dw, db);
    }

    // Which pixel [row, column] lies under tap [i, j] of the kernel at output place [r, c]. Taps on the zeros around the image add nothing.
    private static IEnumerable<(int R, int C, int I, int J, int Row, int Column)> Taps(Conv2D layer, int height, int width)
    {
        ((int rows, int top), (int columns, int left)) = (Cover(layer, height), Cover(layer, width));
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                for (int i = 0; i < layer.KernelSize; i++)
                {
                    for (int j = 0; j < layer.KernelSize; j++)
                    {
                        (int row, int column) = ((r * layer.Stride) + i - top, (c * layer.Stride) + j - left);
                        if (row >= 0 && row < height && column >= 0 && column < width)
                            yield return (r, c, i, j, row, column);
                    }
                }
            }
        }
    }

    // Output places of a side, and the zeros before it. Same padding has ceil(size / stride) places, for which `missing` zeros are needed;
    // of an odd number the last one is after the side. A 3x3 kernel at stride 2 over 28 pixels: 14 places read 2 * 13 + 3 = 29 pixels, so
    // one zero is missing, and it stands at the bottom and at the right: there is none before the side.
    private static (int Places, int Before) Cover(Conv2D layer, int size)
    {
        if (layer.Padding == Padding.Valid)
            return ((size - layer.KernelSize) / layer.Stride + 1, 0);
        int places = (size + layer.Stride - 1) / layer.Stride;
        int missing = Math.Max(0, ((places - 1) * layer.Stride) + layer.KernelSize - size);
        return (places, missing / 2);
    }
}
