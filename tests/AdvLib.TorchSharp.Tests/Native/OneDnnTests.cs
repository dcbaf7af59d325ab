using AdvLib.Native;
using AdvLib.Tests;
using static TorchSharp.torch;

namespace AdvLib.TorchSharp.Tests.Native;

/// <summary>
/// Gradients of convolutions against the built-in engine's, with numbers of filters that fill no SIMD register: prepared, libtorch has them
/// right on every processor.
/// </summary>
public sealed class OneDnnTests
{
    [Fact]
    public void What_preparing_leaves_is_right() => Assert.True(OneDnn.IsRight());

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    [InlineData(3, 12)]
    [InlineData(3, 16)]
    [InlineData(8, 24)]
    public void Input_gradients_of_any_number_of_filters_are_the_built_in_engines(int channels, int filters)
    {
        var network = new Network(
            new Shape(8, 7, channels), new Conv2D(filters, 3), new ReLU(), new Conv2D(filters, 3, 2), new ReLU(), new Flatten(),
            new Dense(3));
        using var torch = new TorchNetwork(network, seed: 2);
        INetwork own = network.Build(seed: 2);
        int threads = get_num_threads();
        try
        {
            foreach (int count in (int[])[1, 2, 17])
            {
                float[] images = Samples.Images(count, network.InputShape);
                int[] labels = Samples.Labels(count, 3);
                float[] expected = new float[images.Length], found = new float[images.Length];
                own.InputGradient(images, labels, Loss.CrossEntropy, expected);
                foreach (int number in (int[])[1, 2, 3])
                {
                    set_num_threads(number);
                    torch.InputGradient(images, labels, Loss.CrossEntropy, found);
                    GoldenAssert.Close(expected, found, 1e-5, $"{count} images, {number} threads");
                }
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
