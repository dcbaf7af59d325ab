using System.Diagnostics;

namespace AdvLib;

/// <summary>Trains a model, epoch by epoch, and reports every step.</summary>
public sealed class Trainer
{
    private readonly IClassifier _model;
    private readonly Optimizer _optimizer;
    private readonly Loss _loss;

    /// <summary>Creates a trainer.</summary>
    /// <param name="model">The model to train; its weights move.</param>
    /// <param name="optimizer">A fresh optimizer.</param>
    /// <param name="loss">The loss to minimise; categorical cross-entropy when not given.</param>
    public Trainer(IClassifier model, Optimizer optimizer, Loss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        _model = model;
        _optimizer = optimizer;
        _loss = loss ?? Loss.CrossEntropy;
    }

    /// <summary>Receives the state of the run after every step; <see cref="TrainingConsole.Default"/> when not set.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

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
    public TrainingHistory Fit(
        ImageSet images, int epochs, int batchSize = 64, ulong seed = 42, ImageSet? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ModelFit.Check(_model, images);
        var batches = new ShuffledBatches(images, batchSize, seed);
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
    public TrainingHistory Fit(
        IBatchSource batches, int stepsPerEpoch, int epochs, ImageSet? validation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsPerEpoch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        IProgress<TrainingProgress> progress = Progress ?? TrainingConsole.Default;
        var results = new List<EpochResult>();
        var clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            TimeSpan began = clock.Elapsed;
            double loss = 0;
            int correct = 0;
            int seen = 0;
            TrainingProgress Now(int step, EpochResult? finished) => new(
                epoch, epochs, step, stepsPerEpoch, loss / seen, (double)correct / seen, seen / (clock.Elapsed - began).TotalSeconds,
                Remaining(clock.Elapsed, (epoch - 1.0) * stepsPerEpoch + step, (double)epochs * stepsPerEpoch), finished);

            for (int step = 1; step <= stepsPerEpoch; step++)
            {
                if (cancellation.IsCancellationRequested)
                    return new TrainingHistory(Title, results, interrupted: true);
                Batch batch = batches.Next();
                StepResult result = _model.TrainOnBatch(batch.Images, batch.Labels, _loss, _optimizer);
                loss += (double)result.Loss * batch.Count;
                correct += result.Correct;
                seen += batch.Count;
                progress.Report(Now(step, finished: null));
            }

            Evaluation? validated = validation is null ? null : Evaluation.Of(_model, validation);
            results.Add(new EpochResult(
                epoch, loss / seen, (double)correct / seen, validated?.Loss, validated?.Accuracy, (clock.Elapsed - began).TotalSeconds));
            progress.Report(Now(stepsPerEpoch, results[^1]));
        }

        return new TrainingHistory(Title, results, interrupted: false);
    }

    // A run "until I stop it" may have more steps than a TimeSpan can tell.
    private static TimeSpan Remaining(TimeSpan elapsed, double done, double all) =>
        TimeSpan.FromSeconds(Math.Min(elapsed.TotalSeconds * (all / done - 1), TimeSpan.MaxValue.TotalSeconds / 2));

    private string Title => FormattableString.Invariant($"Training with {_optimizer.GetType().Name}, learning rate {_optimizer.LearningRate}");
}
