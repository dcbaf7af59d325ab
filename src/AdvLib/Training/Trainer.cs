namespace AdvLib;

/// <summary>Trains a model, epoch by epoch, and reports every step.</summary>
public class Trainer
{
    private readonly ITrainableClassifier _model;
    private readonly IOptimizer _optimizer;
    private readonly Loss _loss;

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">The model to train; its weights move.</param>
    /// <param name="optimizer">A fresh optimizer.</param>
    /// <param name="loss">The loss to minimise; categorical cross-entropy when not given.</param>
    public Trainer(ITrainableClassifier model, IOptimizer optimizer, Loss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        _model = model;
        _optimizer = optimizer;
        _loss = loss ?? Loss.CrossEntropy;
    }

    /// <summary>
    /// Receives the state of the run after every step; when not set, an output that the host keeps up
    /// to date, or <see cref="TrainingConsole.Default"/>.
    /// </summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Where the run is saved after every epoch, and when it is cancelled; nowhere when not set.</summary>
    public Checkpoints? Checkpoints { get; init; }

    /// <summary>
    /// Whether to go on from the newest complete checkpoint, to the bits that an uninterrupted run would have given; without any
    /// checkpoint the run begins. Model, optimizer, batches and the arguments of the call are made as for a new run.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Rates the model after every epoch, higher is better, for example by its accuracy under attack on validation images. When set,
    /// the run ends with the weights of the best epoch, the first of equals, instead of the last one (<see cref="KeepsBest"/>); also when
    /// it is cancelled.
    /// </summary>
    public Func<EpochResult, double>? Score { get; init; }

    /// <summary>
    /// Whether the run ends with the weights of the epoch that <see cref="Score"/> rated best, which is the default; else with the last
    /// ones, and the ratings are notes. Where the rate falls to 0 the last epoch is as good, and the best of many noisy readings the luckiest.
    /// </summary>
    public bool KeepsBest { get; init; } = true;

    /// <summary>Sets the optimizer's learning rate before every step; the optimizer's own when not set.</summary>
    public OneCycle? Schedule { get; init; }

    /// <summary>Looks at the model after every step and may end the run; nobody when not set. One monitor serves one run.</summary>
    public ITrainingMonitor? Monitor { get; init; }

    /// <summary>Trains on an image set, reshuffled every epoch.</summary>
    /// <param name="images">The training images.</param>
    /// <param name="epochs">Passes over them, at least 1.</param>
    /// <param name="batchSize">Images a step, 1 to the number of images.</param>
    /// <param name="seed">Decides the order of the images.</param>
    /// <param name="validation">Evaluated after every epoch when given.</param>
    /// <param name="cancellation">Ends the run after the current step; the history so far is returned.</param>
    /// <returns>What each epoch measured.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="NumericalFaultException">An image or a weight that was set is NaN or infinite.</exception>
    /// <exception cref="TrainingDivergedException">Training made NaN or infinity, or an epoch's
    /// loss is tenfold what it was at first.</exception>
    /// <exception cref="ModelInUseException">Another thread uses or trains the model; until the run
    /// ends, others' calls to it fail so too.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, or the one to resume from is of another run.</exception>
    public TrainingHistory Fit(
        ImageSet images, int epochs, int batchSize = 64, ulong seed = 42, ImageSet? validation = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ModelFit.Check(_model, images);
        var batches = new ShuffledBatches(images, batchSize, seed) { Share = Share };
        return Fit(batches, batches.BatchesPerEpoch, epochs, validation, cancellation);
    }

    /// <summary>Trains on an endless source of batches.</summary>
    /// <param name="batches">The source.</param>
    /// <param name="stepsPerEpoch">Steps that count as an epoch, at least 1.</param>
    /// <param name="epochs">Epochs, at least 1.</param>
    /// <param name="validation">Evaluated after every epoch when given.</param>
    /// <param name="cancellation">Ends the run after the current step; the history so far is returned.</param>
    /// <returns>What each epoch measured.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="ShapeMismatchException">The images do not fit the model.</exception>
    /// <exception cref="NumericalFaultException">An image or a weight that was set is NaN or infinite.</exception>
    /// <exception cref="TrainingDivergedException">Training made NaN or infinity, or an epoch's
    /// loss is tenfold what it was at first.</exception>
    /// <exception cref="ModelInUseException">Another thread uses or trains the model; until the run
    /// ends, others' calls to it fail so too.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, or the one to resume from is of another run.</exception>
    public TrainingHistory Fit(
        IBatchSource batches, int stepsPerEpoch, int epochs, ImageSet? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        if (validation is not null)
            ModelFit.Check(_model, validation);
        if (Checkpoints is not null && batches is not IResumable)
        {
            throw new CheckpointException(
                $"Batches of {batches.GetType().Name}, which cannot tell their place.", "a source that is IResumable.",
                "Let it implement IResumable, or train without checkpoints.");
        }

        if (_loss.WantsPairs && !batches.HoldsPairs)
        {
            throw new ShapeMismatchException(
                $"{_loss.Name} on batches that are no pairs.", "clean images, then an adversary of each in the same order.",
                "Train on MixedAdversarialBatches with Paired = true and a split of 0.5.");
        }

        using IDisposable? alone = _model.BeginTraining();
        var run = new TrainingRun(_model, _optimizer, _loss, batches, epochs, stepsPerEpoch)
        {
            Schedule = Schedule,
            Monitor = Monitor,
            TakeStepOn = TakeStep,
        };
        int number = Begin(run);
        // As it is now: a schedule of a derived trainer's own moves the rate on the way.
        string title = Title;
        long saved = run.Steps;
        IProgress<TrainingProgress> progress = Progress
            ?? (SpeaksForRun ? TrainingConsole.ForRun(Checkpoints) : new Progress<TrainingProgress>());
        // Evaluations on the way are not shown, and not stopped: the run stops between two steps, and saves itself.
        using Work work = Work.Begin("training", passes: 0);
        while (run.Epoch <= epochs && !IsStopped(run.Steps, cancellation) && Monitor?.Stops != true)
        {
            bool isHarder = HasGrownHarder(run.Steps, (double)epochs * stepsPerEpoch);
            Done = run.Steps / ((double)epochs * stepsPerEpoch);
            try
            {
                run.TakeStep(isHarder);
            }
            catch (NumericalFaultException fault) when (!fault.IsGiven)
            {
                throw Diverged(run, fault.Found, fault);
            }

            progress.Report(run.Progress(finished: null));
            if (run.EpochIsOver)
            {
                EpochResult result = run.Measure(Validate(run, validation));
                if (run.HasDiverged(result))
                    throw Diverged(run, FormattableString.Invariant($"a loss of {result.Loss:G3} over the epoch."));
                if (Score?.Invoke(result) is { } score && !double.IsNaN(score))
                    result = result with { Score = score };
                progress.Report(run.Progress(result));
                run.End(result);
                Save();
            }
            else if (Checkpoints?.EverySteps > 0 && run.Steps % Checkpoints.EverySteps == 0)
            {
                Save();
            }
        }

        bool interrupted = run.Epoch <= epochs;
        if (interrupted && run.Steps > saved)
            Save();
        if (KeepsBest && run.BestWeights is { } best)
            _model.SetWeights(best);
        // What comes after this run in its cell would take a half-trained model for a trained one.
        if (interrupted)
            Work.Stop.ThrowIfCancellationRequested();
        return new TrainingHistory(title, run.Results, interrupted);

        void Save()
        {
            saved = run.Steps;
            if (Checkpoints is null)
                return;
            BeforeSave();
            if (!SpeaksForRun)
                return;
            var state = new ResumeState();
            run.Exchange(state);
            Checkpoints.Save(number, saved, state);
        }
    }

    /// <summary>
    /// The part of every batch that this process trains on; all of it unless a derived trainer shares the run with others.
    /// </summary>
    protected virtual Share Share => Share.Whole;

    /// <summary>Whether this process tells of the run and saves it: always, unless a derived trainer shares the run with others.</summary>
    protected virtual bool SpeaksForRun => true;

    /// <summary>Share of the run that is done before the step at hand, in [0, 1): for schedules of a derived trainer's own.</summary>
    protected double Done { get; private set; }

    /// <summary>
    /// Whether the steps after the one at hand ask more of the model than it does, as while epsilon grows: then a higher loss is no sign
    /// that training diverges. Never, unless a derived trainer says otherwise.
    /// </summary>
    protected virtual bool GetsHarder => false;

    /// <summary>Takes one step on a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>What it measured.</returns>
    protected virtual StepResult TakeStep(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _model.TrainOnBatch(batch.Images, batch.Labels, _loss, _optimizer);
    }

    /// <summary>Whether the run ends before its next step.</summary>
    /// <param name="told">Whether this process was told to stop.</param>
    /// <param name="step">Steps done.</param>
    /// <returns>As it was told, unless a derived trainer has to agree with others.</returns>
    protected virtual bool Stops(bool told, long step) => told;

    /// <summary>Called before the run is saved.</summary>
    protected virtual void BeforeSave()
    {
    }

    /// <summary>The state to go on from.</summary>
    /// <param name="loaded">What this process has loaded; null where there is none, or it does not speak for the run.</param>
    /// <returns>The state; null to begin.</returns>
    protected virtual ResumeState? GoOnFrom(ResumeState? loaded) => loaded;

    // The step at hand, by what the one before it says; told anew each time, so that a run that goes on counts as one that never stopped.
    private bool HasGrownHarder(long steps, double all)
    {
        Done = Math.Max(0, steps - 1) / all;
        return steps > 0 && GetsHarder;
    }

    // Between two steps, which the host may ask for too.
    private bool IsStopped(long step, CancellationToken cancellation) =>
        Stops(cancellation.IsCancellationRequested || Work.Stop.IsCancellationRequested, step);

    private Evaluation? Validate(TrainingRun run, ImageSet? validation)
    {
        try
        {
            return validation is null ? null : Evaluation.Of(_model, validation);
        }
        catch (NumericalFaultException fault)
        {
            throw Diverged(run, fault.Found, fault);
        }
    }

    private TrainingDivergedException Diverged(TrainingRun run, string found, NumericalFaultException? fault = null)
    {
        string? newest = Checkpoints?.Files() is [.., var last] ? Path.GetFileName(last) : null;
        return new(run.Epoch, _optimizer.LearningRate, found, newest, fault);
    }

    // The number under which the run's checkpoints are kept: a new one, or that of the run that goes on.
    private int Begin(TrainingRun run)
    {
        run.Begin(mark: Checkpoints is not null);
        if (Checkpoints is null)
        {
            return !Resume ? 0 : throw new CheckpointException(
                "A run to resume without checkpoints.", "the folder that holds them.",
                "Set Checkpoints to the folder that the interrupted run used.");
        }

        if (SpeaksForRun)
            Checkpoints.Prepare();
        ResumeState? state = Resume ? GoOnFrom(SpeaksForRun ? Checkpoints.LoadNewest() : null) : null;
        if (state is null)
            return Checkpoints.LastRun() + 1;
        run.Load(state);

        // What was skipped is not ours to replace: the run goes on under a number of its own.
        foreach (string skipped in Checkpoints.Skipped)
            Console.WriteLine($"A checkpoint was skipped, and an older one taken. {skipped}");
        return Checkpoints.Skipped.Count > 0 ? Checkpoints.LastRun() + 1 : Checkpoints.LastRun();
    }

    private string Title => $"Training with {_optimizer.GetType().Name}, "
        + $"{Schedule?.ToString() ?? FormattableString.Invariant($"learning rate {_optimizer.LearningRate}")}";
}
