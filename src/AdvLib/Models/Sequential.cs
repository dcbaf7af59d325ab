using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// A network of layers one after the other, on the built-in engine. Calls from several threads are served one at a time, except that a
/// thread which trains the network has it alone; the same seed and calls give the same bits for any number of threads.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed unsafe class Sequential : IParallelClassifier, IResumable, IVisual
{
    // Images for each thread that inference holds at a time: their activations stay in the core's own cache.
    private const int InferenceImages = 16;

    private readonly ModelGate _gate = new();
    private readonly ThreadTeam _team;
    private readonly Layer[] _body;
    private readonly Activation[] _activations;
    private readonly NetworkParameters _parameters;
    private readonly Action<int, int> _infer;
    private readonly Action<int, int> _differentiate;
    private readonly Rng _masks;
    private readonly int[] _labels;
    private readonly int _inferenceBatch;
    private Loss _loss = Loss.CrossEntropy;
    private float* _images;
    private float* _imageGradients;
    private int _first;
    private int _capacity;
    private int _version;
    private bool _weightsWereSet;
    private BatchShare? _share;
    private SharedLoss? _sharedLoss;
    private SharedUpdate? _sharedUpdate;

    /// <summary>Builds a network with fresh weights.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="layers">The layers, each of its own network; the last one gives one value a class, usually through a softmax.</param>
    /// <exception cref="ShapeMismatchException">A layer does not fit the one before it, or the last does not give a vector.</exception>
    public Sequential(Shape inputShape, ulong seed, params Layer[] layers)
        : this(inputShape, seed, ThreadTeam.Shared, layers)
    {
    }

    /// <summary>Builds a network with fresh weights on threads of your choice.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="team">The threads to compute on.</param>
    /// <param name="layers">The layers.</param>
    /// <exception cref="ShapeMismatchException">A layer does not fit the one before it, or the last does not give a vector.</exception>
    public Sequential(Shape inputShape, ulong seed, ThreadTeam team, params Layer[] layers)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Length == 0 || inputShape.Size < 1)
            throw new ShapeMismatchException($"A network of {layers.Length} layers on an input of {inputShape}.", "at least one layer and one value.", "Add layers.");
        _team = team;
        _inferenceBatch = InferenceImages * team.Threads;
        _labels = new int[_inferenceBatch];
        InputShape = inputShape;
        Layers = layers;

        // The softmax at the end only turns logits into probabilities; losses and attacks work on the logits before it.
        _body = layers[^1] is Softmax ? layers[..^1] : layers;
        _activations = JoinLayers();
        Shape output = layers[^1].OutputShape;
        if (output.Height != 1 || output.Width != 1 || output.Channels < 2)
            throw new ShapeMismatchException($"A network whose output is {output}.", "a vector with one value a class, at least two.", "End with a Dense layer of as many units as classes.");
        Classes = output.Channels;

        _parameters = new NetworkParameters(layers);
        var weights = new Rng(seed, RandomPurpose.Weights);
        _masks = new Rng(seed, RandomPurpose.Dropout);
        foreach (Layer layer in layers)
        {
            layer.Initialize(weights);
            (layer as Dropout)?.UseRandomness(_masks);
        }

        _infer = Infer;
        _differentiate = Differentiate;
    }

    /// <inheritdoc/>
    public Shape InputShape { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <inheritdoc/>
    public string Engine => $"AdvLib, {Gemm.Instructions}";

    /// <inheritdoc/>
    public int Threads => _team.Threads;

    /// <summary>Joins the ranks that train this model together; null, or of one rank, for a model of this process alone. Every rank builds the same network from the same seed.</summary>
    public IGradientReducer? Reducer
    {
        get => _share?.Reducer;
        set
        {
            _share = value is { Share.Ranks: > 1 } ? new BatchShare(value) : null;
            _sharedLoss = _share is null ? null : new SharedLoss(_share, Classes);
            _sharedUpdate = _share is null ? null : new SharedUpdate(_share, _team, _body, _parameters);
            Array.ForEach(_body, layer => layer.Share = _share);
        }
    }

    /// <summary>Told of every part of every call, when there is one: a profile. It changes no bit.</summary>
    internal IStepProbe? Probe
    {
        get;
        set
        {
            field = value;
            Array.ForEach(_body, layer => layer.Probe = value);
        }
    }

    /// <summary>Number of values saved with the network: weights and moving statistics.</summary>
    public int ParameterCount => Layers.Sum(layer => layer.ParameterCount);

    /// <summary>The network layer by layer, as a table.</summary>
    /// <returns>The summary.</returns>
    public NetworkSummary Summary() => new(this);

    /// <inheritdoc/>
    public string ToHtml() => Summary().ToHtml();

    /// <summary>The network's summary as text.</summary>
    /// <returns>A title and one line a layer.</returns>
    public override string ToString() => Summary().ToString();

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = ModelFit.Count(images, InputShape);
        ModelFit.CheckLength(logits.Length, count * Classes, "logits");
        using (_gate.Use())
            fixed (float* source = images)
            {
                Probe?.Begin();
                Prepare(Math.Min(count, _inferenceBatch));
                Probe?.Done(StepPart.Prepare);
                for (int start = 0; start < count; start += _inferenceBatch)
                {
                    int batch = Math.Min(_inferenceBatch, count - start);
                    _images = source + (nint)start * InputShape.Size;
                    _team.Run(batch, _infer);
                    LogitRows(0, batch).CopyTo(logits[(start * Classes)..]);
                }
            }
    }

    /// <inheritdoc/>
    public void InputGradient(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        int count = ModelFit.CountToDifferentiate(images, labels, gradient, logits, InputShape, Classes);
        using (_gate.Use())
            fixed (float* source = images, target = gradient)
            {
                Probe?.Begin();
                Prepare(Math.Min(count, _inferenceBatch));
                foreach (Layer layer in _body)
                    layer.PrepareBackward(_team, _version);
                Probe?.Done(StepPart.Prepare);
                _loss = loss;
                for (int start = 0; start < count; start += _inferenceBatch)
                {
                    int batch = Math.Min(_inferenceBatch, count - start);
                    _images = source + (nint)start * InputShape.Size;
                    _imageGradients = target + (nint)start * InputShape.Size;
                    labels.Slice(start, batch).CopyTo(_labels);
                    _first = start;
                    _team.Run(batch, _differentiate);
                    if (!logits.IsEmpty)
                        LogitRows(0, batch).CopyTo(logits[(start * Classes)..]);
                }
            }
    }

    /// <inheritdoc/>
    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        int count = ModelFit.CountToTrain(images, labels, InputShape, Classes);
        if (_share is not null)
            throw new InvalidOperationException($"A whole batch on {_share.Reducer.Share}. Expected: this rank's share of it. Call TrainOnShare, or train by a Trainer.");
        return Train(images, labels, count, loss, optimizer);
    }

    /// <inheritdoc/>
    public StepResult TrainOnShare(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, int total, Loss loss, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        int count = images.IsEmpty ? 0 : ModelFit.CountToTrain(images, labels, InputShape, Classes);
        (_share ?? throw new InvalidOperationException("A share of a batch for a model of one process. Expected: a model of a job of several. Set Reducer, or call TrainOnBatch.")).Begin(count, total);
        return Train(images, labels, count, loss, optimizer);
    }

    /// <inheritdoc/>
    public void CollectMemory(Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        _sharedUpdate?.Collect(optimizer);
    }

    private StepResult Train(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, int count, Loss loss, Optimizer optimizer)
    {
        using (_gate.Train())
        {
            Admit(optimizer);
            Reserve(Math.Max(count, 1));
            if (_share is not null)
            {
                foreach (Layer layer in _body)
                    layer.ReserveShare(_share.Total);
            }

            Probe?.Begin();
            images.CopyTo(new Span<float>(_activations[0].Value, images.Length));
            Probe?.Done(StepPart.CopyIn);
            foreach (Layer layer in _body)
            {
                layer.ForwardTraining(_team, count);
                Probe?.Done(StepPart.Forward, layer);
            }

            StepResult result = _share is null
                ? BatchLoss.DifferentiateMean(loss, LogitRows(0, count), labels, GradientRows(0, count))
                : _sharedLoss!.Differentiate(loss, LogitRows(0, count), labels, GradientRows(0, count));
            if (!float.IsFinite(result.Loss))
                throw FaultSearch.Find(optimizer.Steps + 1, _parameters, _body, _activations, count, moved: false);
            Probe?.Done(StepPart.Loss);
            for (int i = _body.Length - 1; i >= 0; i--)
            {
                if (i > 0)
                    _body[i].PrepareBackward(_team, _version);
                Probe?.Done(StepPart.Prepare, _body[i]);
                _body[i].BackwardTraining(_team, count, inputGradient: i > 0);
                // The first linear layer's gradients of its weights, reported by itself, are all it makes.
                if (i > 0 || _body[i] is not LinearLayer)
                    Probe?.Done(StepPart.Backward, _body[i]);
            }

            _sharedUpdate?.ShareSums();
            bool finite = Update(optimizer);
            Probe?.Done(StepPart.Update);
            if (!finite)
                throw FaultSearch.Find(optimizer.Steps, _parameters, _body, _activations, count, moved: true);
            return result;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> GetWeights()
    {
        using (_gate.Use())
            return _parameters.GetWeights();
    }

    /// <inheritdoc/>
    public void SetWeights(IReadOnlyList<NamedTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using (_gate.Use())
        {
            _parameters.SetWeights(weights);
            _weightsWereSet = true;
            _version++;
        }
    }

    /// <summary>Keeps the place in the random numbers of the dropout masks, which <see cref="GetWeights"/> does not give.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("layers", string.Join(", ", Layers.Select(layer => $"{layer.Kind} {layer.Details}".TrimEnd())));
        using (_gate.Use())
            _masks.Exchange(state.Part("dropout"));
    }

    /// <inheritdoc/>
    public IDisposable BeginTraining() => _gate.TrainOn();

    /// <summary>Whom the network lets in; another engine that computes on its weights asks it too.</summary>
    internal ModelGate Gate => _gate;

    /// <summary>Grows whenever the weights change.</summary>
    internal int Version => _version;

    /// <summary>Refuses an optimizer that began with another network, and weights that were set to no numbers, before anything changes.</summary>
    internal void Admit(Optimizer optimizer)
    {
        optimizer.Admit(_parameters.Trainable);
        if (_weightsWereSet && _parameters.GetWeights().FirstOrDefault(FaultSearch.HasFault) is { } tensor)
            throw new NumericalFaultException(tensor.Name, optimizer.Steps + 1, isGiven: true);
        _weightsWereSet = false;
    }

    /// <summary>Moves the weights against the gradients that their parameters hold; whether all is finite.</summary>
    internal bool Update(Optimizer optimizer)
    {
        bool finite = _sharedUpdate?.Step(optimizer) ?? optimizer.Step(_team, _parameters.Weights, _parameters.Gradients, _parameters.Trainable);
        _version++;
        return finite;
    }

    /// <summary>The parameter gradients of the last training step.</summary>
    internal IReadOnlyList<NamedTensor> GetGradients()
    {
        using (_gate.Use())
            return _parameters.GetGradients();
    }

    private Activation[] JoinLayers()
    {
        var kinds = new Dictionary<string, int>();
        var activations = new List<Activation> { new(InputShape.Size) };
        Shape shape = InputShape;
        for (int i = 0; i < Layers.Count; i++)
        {
            Layer layer = Layers[i];
            int earlier = kinds.GetValueOrDefault(layer.Kind);
            kinds[layer.Kind] = earlier + 1;
            activations.Add(layer.Join(earlier == 0 ? layer.Kind : $"{layer.Kind}_{earlier}", shape, activations[^1]));
            shape = layer.OutputShape;
            Fusion.Join(Layers, i);
        }

        return [.. activations];
    }

    private void Reserve(int batch)
    {
        if (batch <= _capacity)
            return;
        _activations[0].Reserve(batch);
        foreach (Layer layer in _body)
            layer.Reserve(batch);
        _capacity = batch;
    }

    private void Prepare(int batch)
    {
        Reserve(batch);
        foreach (Layer layer in _body)
            layer.PrepareForward(_team);
    }

    private void Infer(int from, int to)
    {
        Probe?.Begin();
        Copy(_images, _activations[0].Value, from, to);
        Probe?.Done(StepPart.ShareCopy);
        foreach (Layer layer in _body)
        {
            layer.Forward(from, to);
            Probe?.Done(StepPart.ShareForward, layer);
        }
    }

    private void Differentiate(int from, int to)
    {
        Infer(from, to);
        BatchLoss.Differentiate(_loss, _first + from, LogitRows(from, to), _labels.AsSpan(from, to - from), GradientRows(from, to));
        Probe?.Done(StepPart.ShareLoss);
        for (int i = _body.Length - 1; i >= 0; i--)
        {
            _body[i].Backward(from, to);
            Probe?.Done(StepPart.ShareBackward, _body[i]);
        }

        Copy(_activations[0].Gradient, _imageGradients, from, to);
        Probe?.Done(StepPart.ShareCopy);
    }

    private ReadOnlySpan<float> LogitRows(int from, int to) => new(_activations[_body.Length].Value + (nint)from * Classes, (to - from) * Classes);

    private Span<float> GradientRows(int from, int to) => new(_activations[_body.Length].Gradient + (nint)from * Classes, (to - from) * Classes);

    private void Copy(float* source, float* destination, int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        int length = (to - from) * InputShape.Size;
        new ReadOnlySpan<float>(source + start, length).CopyTo(new Span<float>(destination + start, length));
    }
}
