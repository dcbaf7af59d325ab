using System.Diagnostics;

namespace AdvLib;

/// <summary>Where a training run stands, and what it has measured so far.</summary>
internal sealed class TrainingRun(
    ITrainableClassifier model, IOptimizer optimizer, Loss loss, IBatchSource batches, int epochs, int stepsPerEpoch) : IResumable
{
    // Columns of the history: everything of an epoch's result but its number.
    private const int Columns = 6;

    // Of what guessing costs: of fewer classes it costs less, but a wrong answer as much.
    private const int FewestClasses = 10;

    private readonly float _firstRate = optimizer.LearningRate;
    private readonly Stopwatch _clock = new();
    private string _beginning = "";
    private double _before;
    private double _began;
    private double _firstLoss = double.NaN;
    private double _loss;
    private long _correct;
    private long _seen;
    private int _epoch = 1;
    private int _step;

    /// <summary>Sets the learning rate before every step.</summary>
    public OneCycle? Schedule { get; init; }

    /// <summary>Looks at the model after every step.</summary>
    public ITrainingMonitor? Monitor { get; init; }

    /// <summary>Trains the model on a batch.</summary>
    public required Func<Batch, StepResult> TakeStepOn { get; init; }

    /// <summary>The epochs that were completed.</summary>
    public List<EpochResult> Results { get; } = [];

    /// <summary>The running epoch, from 1; one more than there are when the run has ended.</summary>
    public int Epoch => _epoch;

    /// <summary>The weights after the epoch with the highest score.</summary>
    public IReadOnlyList<NamedTensor>? BestWeights { get; private set; }

    /// <summary>Whether the running epoch has had all its steps.</summary>
    public bool EpochIsOver => _step == stepsPerEpoch;

    /// <summary>Steps done in all.</summary>
    public long Steps => (_epoch - 1L) * stepsPerEpoch + _step;

    // Over all the processes that the run went on in.
    private double Seconds => _before + _clock.Elapsed.TotalSeconds;

    /// <summary>Begins the run. Two that begin alike go on alike: what they have at the start tells whose checkpoint it is.</summary>
    /// <param name="mark">Whether the run may have checkpoints.</param>
    public void Begin(bool mark)
    {
        if (mark)
        {
            var first = new ResumeState();
            Exchange(first);
            _beginning = first.Fingerprint();
        }

        _clock.Start();
    }

    /// <summary>
    /// Whether an epoch's loss says that training makes things worse: tenfold what it was at first, or tenfold what guessing costs among
    /// the classes, or among ten, whichever is most. What a network that is sure of itself loses by a wrong answer has nothing to do with
    /// how many classes there are.
    /// </summary>
    public bool HasDiverged(EpochResult epoch) => epoch.Loss > 10 * Math.Max(_firstLoss, Math.Log(Math.Max(FewestClasses, model.Classes)));

    /// <summary>Takes one training step.</summary>
    /// <param name="isHarder">Whether more is asked of this step than of those before: a higher loss then is no sign of divergence.</param>
    /// <exception cref="NumericalFaultException">The step met NaN or infinity.</exception>
    public void TakeStep(bool isHarder = false)
    {
        if (Schedule is not null)
            optimizer.LearningRate = Schedule.At(Steps / ((double)epochs * stepsPerEpoch));
        Batch batch = batches.Next();
        StepResult result = TakeStepOn(batch);
        if (!float.IsFinite(result.Loss))
            throw new NumericalFaultException("the loss", (int)Steps + 1, isGiven: false);
        if (double.IsNaN(_firstLoss) || (isHarder && result.Loss > _firstLoss))
            _firstLoss = result.Loss;
        int images = batch.Total;
        _loss += (double)result.Loss * images;
        _correct += result.Correct;
        _seen += images;
        _step++;
        Monitor?.Watch(model, Steps);
    }

    /// <summary>What the running epoch measured, as its result.</summary>
    public EpochResult Measure(Evaluation? validated) =>
        new(_epoch, _loss / _seen, (double)_correct / _seen, validated?.Loss, validated?.Accuracy, Seconds - _began);

    /// <summary>Ends the running epoch.</summary>
    public void End(EpochResult result)
    {
        if (result.Score > (Results.Max(epoch => epoch.Score) ?? double.NegativeInfinity)
            || (result.Score is not null && BestWeights is null))
            BestWeights = model.GetWeights();
        Results.Add(result);
        (_loss, _correct, _seen, _step) = (0, 0, 0, 0);
        _began = Seconds;
        _epoch++;
    }

    /// <summary>Where the run stands, for who watches it.</summary>
    public TrainingProgress Progress(EpochResult? finished)
    {
        double seconds = Seconds;
        return new TrainingProgress(
            _epoch, epochs, _step, stepsPerEpoch, _loss / _seen, (double)_correct / _seen, _seen / (seconds - _began),
            Remaining(seconds, Steps, (double)epochs * stepsPerEpoch), finished);
    }

    /// <summary>Goes on from a saved state, or stays as it was when that does not fit.</summary>
    /// <exception cref="CheckpointException">The state belongs to another run.</exception>
    public void Load(ResumeState saved)
    {
        var before = new ResumeState();
        Exchange(before);
        try
        {
            Exchange(saved);
        }
        catch
        {
            Exchange(new ResumeState(before.Arrays, before.Values));
            throw;
        }
    }

    public void Exchange(ResumeState state)
    {
        state.Match("loss", loss.Name);
        state.Match("learning rate", Schedule is null ? FormattableString.Invariant($"{_firstRate}") : $"{Schedule} of {epochs} epochs");
        state.Match("steps per epoch", stepsPerEpoch);
        ExchangePosition(state.Part("run"));
        bool rated = BestWeights is not null;
        state.Exchange("rated", ref rated);
        BestWeights = rated ? Exchange(state, "best", state.Loading ? model.GetWeights() : BestWeights!) : null;
        if (state.Loading)
            LoadWeights(model, state);
        else
            Exchange(state, "weights", model.GetWeights());
        (model as IResumable)?.Exchange(state.Part("model"));
        (batches as IResumable)?.Exchange(state.Part("batches"));
        Monitor?.Exchange(state.Part("monitor"));
        optimizer.Exchange(state.Part("optimizer"));
        state.Match("beginning", _beginning);
        Describe(state);
    }

    // So that a checkpoint's file alone makes a model; a run that goes on has its own, and asks for none.
    private void Describe(ResumeState state)
    {
        if (state.Loading || model is not INetwork network)
            return;
        string description = network.Description.ToJson();
        state.Exchange("network", ref description);
    }

    /// <summary>Gives a model the weights of a saved state.</summary>
    /// <exception cref="CheckpointException">The state is of another network.</exception>
    public static void LoadWeights(ITrainableClassifier model, ResumeState saved) =>
        model.SetWeights(Exchange(saved, "weights", model.GetWeights()));

    private static IReadOnlyList<NamedTensor> Exchange(ResumeState state, string name, IReadOnlyList<NamedTensor> weights)
    {
        foreach (NamedTensor tensor in weights)
            state.Part(name).Exchange(tensor.Name, tensor.Values.AsSpan(), tensor.Shape);
        return weights;
    }

    private void ExchangePosition(ResumeState state)
    {
        double seconds = Seconds;
        state.Exchange("epoch", ref _epoch);
        state.Exchange("step", ref _step);
        state.Exchange("first loss", ref _firstLoss);
        state.Exchange("loss", ref _loss);
        state.Exchange("correct", ref _correct);
        state.Exchange("seen", ref _seen);
        state.Exchange("seconds", ref seconds);
        state.Exchange("began", ref _began);
        double[] history = [.. Results.SelectMany(Row)];
        state.Exchange("history", ref history);
        if (!state.Loading)
            return;

        if (_epoch < 1 || _step < 0 || _step >= stepsPerEpoch || _seen < 0 || (_step > 0) != (_seen > 0))
            throw state.Damaged("epoch");
        if (history.Length != (_epoch - 1L) * Columns)
            throw state.Damaged("history");
        if (_epoch - 1 > epochs)
            throw new CheckpointException($"A checkpoint after epoch {_epoch - 1}.", $"one of the {epochs} epochs of this run.",
                "Ask for as many epochs or more, or begin a new run.");
        _before = seconds - _clock.Elapsed.TotalSeconds;
        Results.Clear();
        for (int i = 0; i < _epoch - 1; i++)
        {
            ReadOnlySpan<double> row = history.AsSpan(i * Columns, Columns);
            double? validated = double.IsNaN(row[3]) ? null : row[2];
            Results.Add(new EpochResult(
                i + 1, row[0], row[1], validated, validated is null ? null : row[3], row[4], double.IsNaN(row[5]) ? null : row[5]));
        }
    }

    // An accuracy is never NaN: one that is stands for none.
    private static double[] Row(EpochResult epoch) =>
        [epoch.Loss, epoch.Accuracy, epoch.ValidationLoss ?? double.NaN, epoch.ValidationAccuracy ?? double.NaN, epoch.Seconds,
            epoch.Score ?? double.NaN];

    // A run "until I stop it" may have more steps than a TimeSpan can tell.
    private static TimeSpan Remaining(double elapsed, double done, double all) =>
        TimeSpan.FromSeconds(Math.Min(elapsed * (all / done - 1), TimeSpan.MaxValue.TotalSeconds / 2));
}
