using AdvLib.Layers;
using AdvLib.Numerics;

namespace AdvLib;

/// <summary>
/// A network of layers one after the other, on the built-in engine. Calls from several threads are served one at a time, except that a
/// thread which trains the network has it alone; the same seed and calls give the same bits for any number of threads.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters))]
public sealed unsafe partial class Sequential : INetwork, IResumable, IVisual
{
    // Images for each thread that inference holds at a time: their activations stay in the core's own cache.
    private const int InferenceImages = 16;

    private readonly ModelGate _gate = new();
    private readonly ThreadTeam _team;
    private readonly EngineLayer[] _body;
    private readonly Activation[] _activations;
    private readonly NetworkParameters _parameters;
    private readonly TrainingPass _alone;
    private readonly Action<int, int> _infer;
    private readonly Action<int, int> _differentiate;
    private readonly Rng _masks;
    private readonly int[] _labels;
    private readonly float[] _statistics;
    private readonly int _inferenceBatch;
    private Loss _loss = Loss.CrossEntropy;
    private float* _images;
    private float* _imageGradients;
    private int _first;
    private int _capacity;
    private int _version;
    private bool _weightsWereSet;
    private NumericalFaultException? _fault;

    /// <summary>Builds a network with fresh weights.</summary>
    /// <param name="inputShape">Shape of one image.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="layers">The layers; the last one gives one value a class, usually through a softmax.</param>
    /// <exception cref="ShapeMismatchException">A layer does not fit the one before it, or the last does not give a vector.</exception>
    public Sequential(Shape inputShape, ulong seed, params IReadOnlyList<Layer> layers)
        : this(new Network(inputShape, layers), seed)
    {
    }

    /// <summary>Builds a network with fresh weights.</summary>
    /// <param name="network">What to build.</param>
    /// <param name="seed">Decides the initial weights and the dropout masks.</param>
    /// <param name="team">The threads to compute on; <see cref="ThreadTeam.Shared"/> when not given.</param>
    public Sequential(Network network, ulong seed, ThreadTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        Description = network;
        _team = team ?? ThreadTeam.Shared;
        _inferenceBatch = InferenceImages * _team.Threads;
        _labels = new int[_inferenceBatch];
        _masks = new Rng(seed, RandomPurpose.Dropout);
        Layers = LayerFactory.Build(network, _masks);

        // The softmax at the end only turns logits into probabilities; losses and attacks work on the logits before it.
        _body = Layers[^1] is SoftmaxLayer ? Layers[..^1] : Layers;
        _activations = [Layers[0].Input, .. Layers.Select(layer => layer.Output)];
        _parameters = new NetworkParameters(Layers);
        _parameters.SetWeights(network.InitialWeights(seed));
        _statistics = new float[_parameters.Statistics.Length];
        _alone = new TrainingPass(_team, _parameters);
        _infer = Infer;
        _differentiate = Differentiate;
    }

    /// <inheritdoc/>
    public Network Description { get; }

    /// <inheritdoc/>
    public Shape InputShape => Description.InputShape;

    /// <inheritdoc/>
    public int Classes => Description.Classes;

    /// <inheritdoc/>
    public string Engine => $"AdvLib, {Gemm.Instructions}";

    /// <inheritdoc/>
    public int Threads => _team.Threads;

    /// <summary>The engine's layers, first to last.</summary>
    internal EngineLayer[] Layers { get; }

    /// <summary>Their weights, statistics and gradients.</summary>
    internal NetworkParameters Parameters => _parameters;

    /// <summary>The threads that compute.</summary>
    internal ThreadTeam Team => _team;

    /// <summary>Changes whenever the weights move.</summary>
    internal int Version => _version;

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

    /// <summary>The network layer by layer, as a table.</summary>
    /// <returns>The fragment.</returns>
    public string ToHtml() => Description.ToHtml();

    /// <summary>The network layer by layer, as text.</summary>
    /// <returns>A title and one line a layer.</returns>
    public override string ToString() => Description.ToString();

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<float> images, Span<float> logits)
    {
        int count = ModelFit.Count(images, InputShape);
        ModelFit.CheckLength(logits.Length, count * Classes, "logits");
        using (Use())
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
    public IIncrementalInference? BeginIncremental(int capacity) => IncrementalInference.Of(this, capacity);

    /// <inheritdoc/>
    public void InputGradient(
        ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
    {
        ArgumentNullException.ThrowIfNull(loss);
        int count = ModelFit.CountToDifferentiate(images, labels, gradient, logits, InputShape, Classes);
        using (Use())
            fixed (float* source = images, target = gradient)
            {
                Probe?.Begin();
                Prepare(Math.Min(count, _inferenceBatch));
                foreach (EngineLayer layer in _body)
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
    public StepResult TrainOnBatch(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer)
    {
        ModelFit.CountToTrain(images, labels, InputShape, Classes);
        return Train(_alone, images, labels, loss, optimizer);
    }

    /// <summary>One training step, of which a pass does the parts.</summary>
    internal StepResult Train(TrainingPass pass, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Optimizer mine = Optimizer.Require(optimizer);
        int count = labels.Length;
        using (_gate.Train())
        {
            RefuseFault();
            Admit(mine);
            Reserve(Math.Max(count, 1));
            pass.Begin(_body);
            Probe?.Begin();
            images.CopyTo(new Span<float>(_activations[0].Value, images.Length));
            Probe?.Done(StepPart.CopyIn);
            StepResult result = ForwardAndLoss(pass, loss, labels, mine.Steps + 1);
            for (int i = _body.Length - 1; i >= 0; i--)
            {
                if (i > 0)
                    _body[i].PrepareBackward(_team, _version);
                Probe?.Done(StepPart.Prepare, _body[i]);
                pass.Backward(_body[i], count, inputGradient: i > 0);
                // The first linear layer's gradients of its weights, reported by itself, are all it makes.
                if (i > 0 || _body[i] is not LinearLayer)
                    Probe?.Done(StepPart.Backward, _body[i]);
            }

            bool finite = pass.Update(mine);
            _version++;
            Probe?.Done(StepPart.Update);
            if (finite)
                return result;
            _fault = FaultSearch.Find(mine.Steps, _parameters, _body, _activations, count, moved: true);
            throw _fault;
        }
    }

    // A step that is refused before the weights move leaves the moving statistics as they were, too.
    private StepResult ForwardAndLoss(TrainingPass pass, Loss loss, ReadOnlySpan<int> labels, int step)
    {
        int count = labels.Length;
        bool accepted = false;
        _parameters.Statistics.CopyTo(_statistics);
        try
        {
            foreach (EngineLayer layer in _body)
            {
                pass.Forward(layer, count);
                Probe?.Done(StepPart.Forward, layer);
            }

            StepResult result = pass.Differentiate(loss, LogitRows(0, count), labels, GradientRows(0, count));
            if (!float.IsFinite(result.Loss))
                throw FaultSearch.Find(step, _parameters, _body, _activations, count, moved: false);
            Probe?.Done(StepPart.Loss);
            accepted = true;
            return result;
        }
        finally
        {
            if (!accepted)
                _statistics.CopyTo(_parameters.Statistics);
        }
    }

    /// <summary>Begins a training step whose gradients are computed by somebody else, into <see cref="Parameters"/>.</summary>
    internal GradientStep BeginStep(IOptimizer optimizer)
    {
        Optimizer mine = Optimizer.Require(optimizer);
        ModelGate.Entry entry = _gate.Train();
        try
        {
            RefuseFault();
            Admit(mine);
        }
        catch
        {
            entry.Dispose();
            throw;
        }

        _parameters.Statistics.CopyTo(_statistics);
        return new GradientStep(this, mine, entry);
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
            _fault = null;
            _version++;
        }
    }

    /// <summary>Keeps the place in the random numbers of the dropout masks, which <see cref="GetWeights"/> does not give.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("engine", Network.BuiltInEngine);
        state.Match("layers", string.Join(", ", Description.Layers.Select(place => $"{place.Layer.Kind} {place.Layer.Details}".TrimEnd())));
        using (_gate.Use())
            _masks.Exchange(state.Part("dropout"));
    }

    /// <inheritdoc/>
    public IDisposable BeginTraining() => _gate.TrainOn();

    /// <summary>Enters as one who asks.</summary>
    internal ModelGate.Entry Use()
    {
        ModelGate.Entry entry = _gate.Use();
        try
        {
            RefuseFault();
        }
        catch
        {
            entry.Dispose();
            throw;
        }

        return entry;
    }

    // A step that made NaN or infinity of the weights has broken the network: it answers nothing until it is given others.
    private void RefuseFault()
    {
        if (_fault is { } fault)
            throw fault.Afterwards();
    }

    // Refuses an optimizer that began with another network, and weights that were set to no numbers, before anything changes.
    private void Admit(Optimizer optimizer)
    {
        optimizer.Admit(_parameters.Trainable);
        if (_weightsWereSet && _parameters.GetWeights().FirstOrDefault(FaultSearch.HasFault) is { } tensor)
            throw new NumericalFaultException(tensor.Name, optimizer.Steps + 1, isGiven: true);
        _weightsWereSet = false;
    }

    /// <summary>The parameter gradients of the last training step.</summary>
    internal IReadOnlyList<NamedTensor> GetGradients()
    {
        using (_gate.Use())
            return _parameters.GetGradients();
    }

    private void Reserve(int batch)
    {
        if (batch <= _capacity)
            return;
        _activations[0].Reserve(batch);
        foreach (EngineLayer layer in _body)
            layer.Reserve(batch);
        _capacity = batch;
    }

    private void Prepare(int batch)
    {
        Reserve(batch);
        foreach (EngineLayer layer in _body)
            layer.PrepareForward(_team);
    }

    private void Infer(int from, int to)
    {
        Probe?.Begin();
        Copy(_images, _activations[0].Value, from, to);
        Probe?.Done(StepPart.ShareCopy);
        foreach (EngineLayer layer in _body)
        {
            layer.Forward(from, to);
            Probe?.Done(StepPart.ShareForward, layer);
        }
    }

    private void Differentiate(int from, int to)
    {
        Infer(from, to);
        _loss.DifferentiateRows(_first + from, LogitRows(from, to), _labels.AsSpan(from, to - from), GradientRows(from, to));
        Probe?.Done(StepPart.ShareLoss);
        for (int i = _body.Length - 1; i >= 0; i--)
        {
            _body[i].Backward(from, to);
            Probe?.Done(StepPart.ShareBackward, _body[i]);
        }

        Copy(_activations[0].Gradient, _imageGradients, from, to);
        Probe?.Done(StepPart.ShareCopy);
    }

    private ReadOnlySpan<float> LogitRows(int from, int to) =>
        new(_activations[_body.Length].Value + (nint)from * Classes, (to - from) * Classes);

    private Span<float> GradientRows(int from, int to) =>
        new(_activations[_body.Length].Gradient + (nint)from * Classes, (to - from) * Classes);

    private void Copy(float* source, float* destination, int from, int to)
    {
        nint start = (nint)from * InputShape.Size;
        int length = (to - from) * InputShape.Size;
        new ReadOnlySpan<float>(source + start, length).CopyTo(new Span<float>(destination + start, length));
    }
}
