using AdvLib.Layers;

namespace AdvLib.Tests;

/// <summary>
/// The engine's fast layers against the textbook's loops, on random shapes, strides, paddings and filters. Tolerance: 1e-5 of the largest
/// value of each tensor, which is what float32 loses in sums of a few hundred products. The loops themselves are held to sums by hand.
/// </summary>
public sealed class ReferenceLayersTests
{
    private const double Tolerance = 1e-5;

    // 1 to 16, row by row.
    private static readonly double[,,,] Counted = Box4([.. Enumerable.Range(1, 16).Select(i => (float)i)], 1, new(4, 4, 1));

    [Fact]
    public void A_kernel_of_ones_sums_what_it_covers_and_same_padding_at_stride_2_is_at_the_bottom_and_right()
    {
        double[,,,] ones = Box4([.. Enumerable.Repeat(1f, 9)], 3, new(3, 1, 1));
        Assert.Equal([54 + 1, 45 + 1, 72 + 1, 54 + 1], Flat(ReferenceLayers.Convolve(new(1, 3, 2), Counted, ones, [1])));
        Assert.Equal([54, 63, 90, 99], Flat(ReferenceLayers.Convolve(new(1, 3, 1, Padding.Valid), Counted, ones, [0])));
    }

    [Fact]
    public void A_pixel_collects_from_the_kernels_that_cover_it()
    {
        double[,,,] ones = Box4([.. Enumerable.Repeat(1f, 9)], 3, new(3, 1, 1));
        double[,,,] gradient = ReferenceLayers.ConvolutionInputGradient(new(1, 3, 2), new(4, 4, 1), ones, Box4([1, 2, 3, 4], 1, new(2, 2, 1)));
        Assert.Equal([1, 1, 3, 2, 1, 1, 3, 2, 4, 4, 10, 6, 3, 3, 7, 4], Flat(gradient));
    }

    [Fact]
    public void A_weight_collects_the_pixels_it_met()
    {
        (double[,,,] w, double[] b) = ReferenceLayers.ConvolutionWeightGradient(new(1, 3, 2), Counted, Box4([1, 2, 3, 4], 1, new(2, 2, 1)));
        // The tap in the middle lies on 6, 8, 14 and 16; the last one on 11 alone, and on zeros.
        Assert.Equal((6 + (2 * 8) + (3 * 14) + (4 * 16), 11), (w[1, 1, 0, 0], w[2, 2, 0, 0]));
        Assert.Equal([10], b);
    }

    [Fact]
    public void A_dense_layer_is_a_product_of_matrices()
    {
        double[,] x = { { 1, 2 } }, w = { { 3, 4, 5 }, { 6, 7, 8 } }, dy = { { 1, 0, -2 } };
        Assert.Equal(new double[,] { { 15.5, 18, 21 } }, ReferenceLayers.Dense(x, w, [0.5, 0, 0]));
        Assert.Equal(new double[,] { { -7, -10 } }, ReferenceLayers.DenseInputGradient(w, dy));
        (double[,] dw, double[] db) = ReferenceLayers.DenseWeightGradient(x, dy);
        Assert.Equal(new double[,] { { 1, 0, -2 }, { 2, 0, -4 } }, dw);
        Assert.Equal([1, 0, -2], db);
    }

    [Fact]
    public void The_fast_convolution_computes_the_same()
    {
        var random = new Random(42);
        for (int draw = 0; draw < 60; draw++)
        {
            int channels = draw % 4 == 3 ? 32 * random.Next(1, 3) : random.Next(1, 6);
            var shape = new Shape(random.Next(1, 12), random.Next(1, 12), channels);
            int kernel = random.Next(1, 6);
            Padding padding = kernel <= Math.Min(shape.Height, shape.Width) ? (Padding)random.Next(2) : Padding.Same;
            var layer = new Conv2D(random.Next(2, 20), kernel, random.Next(1, 4), padding);
            Shape output = layer.OutputShape(shape);
            int count = random.Next(1, Math.Min(5, output.Size + 1));
            var fast = new FastLayer(layer, shape, count, random);

            double[,,,] x = Box4(fast.Input, count, shape), dy = Box4(fast.Upstream, count, output);
            double[,,,] w = Box4(fast.Kernel, kernel, new(kernel, shape.Channels, layer.Filters));
            (double[,,,] dw, double[] db) = ReferenceLayers.ConvolutionWeightGradient(layer, x, dy);
            fast.AssertEqual(
                $"{layer} on {shape}", Flat(ReferenceLayers.Convolve(layer, x, w, Array.ConvertAll(fast.Bias, value => (double)value))),
                Flat(ReferenceLayers.ConvolutionInputGradient(layer, shape, w, dy)), Flat(dw), db);
        }
    }

    [Fact]
    public void The_fast_dense_layer_computes_the_same()
    {
        var random = new Random(43);
        for (int draw = 0; draw < 60; draw++)
        {
            var layer = new Dense(random.Next(2, 70));
            var shape = Shape.Vector(random.Next(1, 200));
            int count = random.Next(1, Math.Min(20, layer.Units + 1));
            var fast = new FastLayer(layer, shape, count, random);

            double[,] x = Box2(fast.Input, count), w = Box2(fast.Kernel, shape.Size), dy = Box2(fast.Upstream, count);
            (double[,] dw, double[] db) = ReferenceLayers.DenseWeightGradient(x, dy);
            fast.AssertEqual(
                $"{layer} on {shape}", Flat(ReferenceLayers.Dense(x, w, Array.ConvertAll(fast.Bias, value => (double)value))),
                Flat(ReferenceLayers.DenseInputGradient(w, dy)), Flat(dw), db);
        }
    }

    private static double[,,,] Box4(float[] values, int count, Shape shape)
    {
        var box = new double[count, shape.Height, shape.Width, shape.Channels];
        Buffer.BlockCopy(Array.ConvertAll(values, value => (double)value), 0, box, 0, box.Length * sizeof(double));
        return box;
    }

    private static double[,] Box2(float[] values, int rows)
    {
        var box = new double[rows, values.Length / rows];
        Buffer.BlockCopy(Array.ConvertAll(values, value => (double)value), 0, box, 0, box.Length * sizeof(double));
        return box;
    }

    private static double[] Flat(Array box) => [.. box.Cast<double>()];

    /// <summary>A layer of the engine with random weights, input and gradient from behind, and what it makes of them.</summary>
    private sealed class FastLayer
    {
        private readonly Sequential _model;

        public FastLayer(Layer layer, Shape shape, int count, Random random)
        {
            float[] Draw(int length) => [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
            _model = new Sequential(shape, 1, layer, new Flatten());
            _model.SetWeights([.. _model.GetWeights().Select(tensor => tensor with { Values = Draw(tensor.Values.Length) })]);
            (Kernel, Bias) = (_model.GetWeights()[0].Values, _model.GetWeights()[1].Values);
            (Input, Upstream) = (Draw(count * shape.Size), Draw(count * _model.Classes));
        }

        public float[] Kernel { get; }

        public float[] Bias { get; }

        public float[] Input { get; }

        public float[] Upstream { get; }

        public void AssertEqual(string what, double[] output, double[] inputGradient, double[] kernelGradient, double[] biasGradient)
        {
            int count = Upstream.Length / _model.Classes;
            int[] places = [.. Enumerable.Range(0, count)];
            (float[] logits, float[] gradient) = (new float[Upstream.Length], new float[Input.Length]);
            _model.InputGradient(Input, places, new GivenGradient(Upstream), gradient, logits);
            Close(output, logits, $"{what}: outputs");
            Close(inputGradient, gradient, $"{what}: input gradient");

            // A step's gradients are of the mean over its images.
            _model.TrainOnBatch(Input, places, new GivenGradient(Upstream), new Sgd(1e-30f));
            Close([.. kernelGradient.Select(value => value / count)], _model.GetGradients()[0].Values, $"{what}: kernel gradient");
            Close([.. biasGradient.Select(value => value / count)], _model.GetGradients()[1].Values, $"{what}: bias gradient");
        }

        private static void Close(double[] expected, float[] actual, string what) =>
            GoldenAssert.Close(Array.ConvertAll(expected, value => (float)value), actual, Tolerance, what);
    }
}
