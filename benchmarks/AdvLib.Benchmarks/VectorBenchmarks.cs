using AdvLib.Numerics;
using BenchmarkDotNet.Attributes;

namespace AdvLib.Benchmarks;

/// <summary>Batch normalisation's loops over the first convolution's output at a batch of 64, on one thread.</summary>
public unsafe class VectorBenchmarks
{
    private const int Rows = 64 * 14 * 14;
    private const int Channels = 32;

    private readonly AlignedBuffer _x = RandomValues.Buffer(Rows * Channels);
    private readonly AlignedBuffer _y = new(Rows * Channels);
    private readonly AlignedBuffer _scale = RandomValues.Buffer(Channels);
    private readonly AlignedBuffer _shift = RandomValues.Buffer(Channels);
    private readonly AlignedBuffer _mean = new(Channels);
    private readonly AlignedBuffer _deviation = new(Channels);

    /// <summary>Scale and shift of each channel.</summary>
    [Benchmark]
    public void Affine() => Vectors.Affine(_x.Pointer, _scale.Pointer, _shift.Pointer, _y.Pointer, Rows, Channels);

    /// <summary>Mean and squared deviations of each channel.</summary>
    [Benchmark]
    public void Moments() => Vectors.Moments(_x.Pointer, Rows, Channels, Channels, _mean.Pointer, _deviation.Pointer);
}
