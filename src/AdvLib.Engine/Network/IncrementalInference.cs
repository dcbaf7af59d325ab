using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// Inference of images that change a window at a time, for networks that begin with convolutions: of each convolution only the pixels that
/// a change reaches are computed again, from the padded input that it keeps; what comes behind the convolutions is computed whole. Each
/// value is the same chain of multiply-adds as in whole images, so the logits have the same bits.
/// </summary>
internal sealed unsafe class IncrementalInference : IIncrementalInference
{
    private readonly Sequential _model;
    private readonly EngineLayer[] _layers;
    private readonly EngineLayer[] _behind;
    private readonly Conv2DLayer[] _convolutions;
    private readonly Threshold? _threshold;
    private readonly int _capacity;
    private readonly PixelMap[] _maps;
    private readonly AlignedBuffer[] _before;
    private readonly PixelWindow[][] _windows;
    private readonly PixelWindow[] _next;
    private readonly AlignedBuffer _values;
    private readonly OffsetTable _starts;
    private readonly bool[] _isChanged;
    private readonly int _pixels;
    private readonly Action<int, int> _infer;
    private readonly Action<int, int> _answer;
    private readonly Action<int, int> _takeBack;
    private float* _images;
    private int _count;
    private int _version;

    private IncrementalInference(Sequential model, EngineLayer[] layers, int first, int capacity)
    {
        (_model, _layers, _behind, _capacity) = (model, layers, layers[first..], capacity);
        _convolutions = [.. layers[..first].OfType<Conv2DLayer>()];
        _threshold = model.Description.Layers[0].Layer as Threshold;
        layers[0].Input.Reserve(capacity);
        foreach (EngineLayer layer in layers)
            layer.Reserve(capacity);

        // What each convolution reads, and what is behind them.
        EngineLayer last = layers[first - 1];
        _maps = [.. _convolutions.Select(convolution => convolution.PaddedInput), new(last.Output.Value, last.OutputShape, 0, 0)];
        int[] sizes = [_convolutions[0].InputShape.Size, .. _convolutions.Select(convolution => convolution.OutputShape.Size)];
        _before = [.. sizes.Select(size => new AlignedBuffer(checked(capacity * size)))];
        _windows = [.. sizes.Select(_ => new PixelWindow[capacity])];
        _next = new PixelWindow[capacity];
        _pixels = _convolutions.Max(convolution => convolution.OutputShape.Height * convolution.OutputShape.Width);
        _values = new AlignedBuffer(checked(capacity * sizes.Max()));
        _starts = new OffsetTable(checked(capacity * _pixels));
        _isChanged = new bool[capacity];
        (_infer, _answer, _takeBack) = (Infer, Answer, TakeBack);
    }

    private int Room => _values.Length / _capacity;

    /// <summary>Incremental inference of a network; null where its layers are not made for it.</summary>
    public static IncrementalInference? Of(Sequential model, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        EngineLayer[] layers = LayerFactory.Build(model.Description, new Rng(0, RandomPurpose.Dropout));
        layers = layers[^1] is SoftmaxLayer ? layers[..^1] : layers;
        int first = layers[0] is ThresholdLayer ? 1 : 0;
        while (first < layers.Length && layers[first] is Conv2DLayer or ReLULayer { Fused: true } or BatchNormLayer { Fused: true })
            first++;
        if (!layers[..first].OfType<Conv2DLayer>().Any() || layers[first..].OfType<Conv2DLayer>().Any())
            return null;
        model.Parameters.Share(layers);
        return new IncrementalInference(model, layers, first, capacity);
    }

    public void Begin(ReadOnlySpan<float> images)
    {
        int count = ModelFit.Count(images, _model.InputShape);
        if (count > _capacity)
            throw new ShapeMismatchException($"{count} images.", $"{_capacity} at most.", "Ask for more room, or take them in parts.");
        using (_model.Use())
        {
            images.CopyTo(new Span<float>(_layers[0].Input.Value, images.Length));
            foreach (EngineLayer layer in _layers)
                layer.PrepareForward(_model.Team);
            _model.Team.Run(count, _infer);
            (_count, _version) = (count, _model.Version);
            _isChanged.AsSpan().Clear();
        }
    }

    public void Logits(ReadOnlySpan<float> images, ReadOnlySpan<PixelWindow> windows, Span<float> logits)
    {
        ModelFit.CheckLength(images.Length, _count * _model.InputShape.Size, "pixels");
        ModelFit.CheckLength(windows.Length, _count, "windows");
        ModelFit.CheckLength(logits.Length, _count * _model.Classes, "logits");
        foreach (PixelWindow window in windows)
        {
            if (!window.IsWithin(_model.InputShape))
                throw new ShapeMismatchException($"{window}.", $"one within {_model.InputShape}.", "Cut it off at the image's edges.");
        }

        using (_model.Use())
            fixed (float* source = images)
            {
                if (_version != _model.Version)
                    throw new InvalidOperationException("The network's weights have moved. Expected: those that the images were taken with. Take them again.");
                _images = source;
                windows.CopyTo(_next);
                _model.Team.Run(_count, _answer);
                new ReadOnlySpan<float>(_layers[^1].Output.Value, logits.Length).CopyTo(logits);
            }
    }

    public void Keep(ReadOnlySpan<bool> kept)
    {
        ModelFit.CheckLength(kept.Length, _count, "answers");
        for (int k = 0; k < _count; k++)
            _isChanged[k] &= !kept[k];
    }

    public void Retain(ReadOnlySpan<int> places)
    {
        for (int k = 0; k < places.Length; k++)
        {
            if (places[k] < k || places[k] >= _count || (k > 0 && places[k] <= places[k - 1]))
                throw new ArgumentOutOfRangeException(nameof(places), places[k], $"Rising places among {_count} images.");
        }

        _model.Team.Run(_count, _takeBack);
        for (int k = 0; k < places.Length; k++)
        {
            foreach (PixelMap map in _maps)
                map[places[k]].CopyTo(map[k]);
        }

        _count = places.Length;
    }

    private void Infer(int from, int to)
    {
        foreach (EngineLayer layer in _layers)
            layer.Forward(from, to);
    }

    // From map to map: what a window holds, the patches that see it, and what becomes of them.
    private void Answer(int from, int to)
    {
        TakeBack(from, to);
        float* values = _values.Pointer + (nint)from * Room;
        int* starts = _starts.Pointer + (nint)from * _pixels;
        for (int k = from; k < to; k++)
        {
            _windows[0][k] = _next[k];
            CopyPixels(k, _next[k], values);
            Put(0, k, values);
            _isChanged[k] = true;
        }

        for (int c = 0; c < _convolutions.Length; c++)
        {
            Conv2DLayer convolution = _convolutions[c];
            int patches = 0;
            for (int k = from; k < to; k++)
            {
                PixelWindow reached = _windows[c + 1][k] = convolution.Reach(_windows[c][k]);
                convolution.FindPatches(k, reached, starts + patches);
                patches += reached.Pixels;
            }

            convolution.ForwardPatches(starts, patches, values);
            float* next = values;
            for (int k = from; k < to; k++)
            {
                Put(c + 1, k, next);
                next += _windows[c + 1][k].Pixels * convolution.Units;
            }
        }

        foreach (EngineLayer layer in _behind)
            layer.Forward(from, to);
    }

    private void CopyPixels(int image, PixelWindow window, float* values)
    {
        Shape shape = _model.InputShape;
        int width = window.Width * shape.Channels;
        for (int y = 0; y < window.Height; y++)
        {
            float* row = _images + ((nint)image * shape.Size) + ((((window.Top + y) * shape.Width) + window.Left) * shape.Channels);
            for (int i = 0; i < width; i++)
                *values++ = _threshold?.Of(row[i]) ?? row[i];
        }
    }

    private void Put(int map, int image, float* values) =>
        _maps[map].Replace(image, _windows[map][image], values, Before(map, image));

    private void TakeBack(int from, int to)
    {
        for (int k = from; k < to; k++)
        {
            for (int m = 0; m < _maps.Length && _isChanged[k]; m++)
                _maps[m].Replace(k, _windows[m][k], Before(m, k), before: null);
            _isChanged[k] = false;
        }
    }

    private float* Before(int map, int image) => _before[map].Pointer + ((nint)image * (_before[map].Length / _capacity));
}
