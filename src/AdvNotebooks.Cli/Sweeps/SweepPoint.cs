using System.Diagnostics;
using System.Security.Cryptography;
using AdvLib.Numerics;

namespace AdvNotebooks.Cli.Sweeps;

/// <summary>Runs the points of a sweep, one after the other, on this process's threads.</summary>
/// <param name="data">The images.</param>
/// <param name="start">The baseline's weights: every point fine-tunes them.</param>
/// <param name="team">Threads to compute on.</param>
internal sealed class SweepPoint(Dataset data, IReadOnlyList<NamedTensor> start, ThreadTeam team)
{
    /// <summary>The defences that a sweep knows.</summary>
    public static readonly string[] Defences = ["fgsm", "fast", "pgd", "trades"];

    /// <summary>What the data and the weights hold, in a few digits for the configuration.</summary>
    public static string Fingerprint(Dataset data, string weights) =>
        $"{data.Train.Fingerprint[..16]}-{data.Test.Fingerprint[..16]}-"
        + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(weights)))[..16];

    /// <summary>Trains and measures. What goes wrong becomes part of the result: the other points go on.</summary>
    /// <param name="point">The configuration.</param>
    /// <param name="cancellation">Ends it early, without a result.</param>
    /// <returns>The result.</returns>
    /// <exception cref="OperationCanceledException">It was told to end.</exception>
    public SweepResult Run(SweepConfiguration point, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            INetwork model = Build(point);
            using var owner = model as IDisposable;
            Train(model, point, cancellation);
            ImageSet test = point.Images == 0 ? data.Test : data.Test.Take(Math.Min(point.Images, data.Test.Count));
            var fgsm = new Fgsm(point.Epsilon);
            var pgd = new Pgd(point.Epsilon) { Steps = point.AttackSteps };
            return new SweepResult(
                point, Evaluation.Of(model, test).Accuracy, Evaluation.Under(fgsm, model, test).Accuracy,
                Evaluation.Under(pgd, model, test).Accuracy,
                Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        catch (Exception failure) when (failure is AdvLibException or ArgumentException or OutOfMemoryException)
        {
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return new SweepResult(point, double.NaN, double.NaN, double.NaN, seconds) { Error = failure.Message };
        }
    }

    private INetwork Build(SweepConfiguration point)
    {
        Network network = SimpleCnn.Describe(data.Train.Shape, data.Train.Classes);
        INetwork model = point.Engine is { } engine
            ? network.Build(point.Seed, engine, team.Threads) : new Sequential(network, point.Seed, team);
        model.SetWeights(start);
        return model;
    }

    private void Train(INetwork model, SweepConfiguration point, CancellationToken cancellation)
    {
        bool paired = point.Defence == "trades";
        IAttack<IDifferentiableClassifier> attack = point.Defence switch
        {
            "fgsm" => new Fgsm(point.Epsilon),
            "fast" => new Pgd(point.Epsilon) { Steps = 1, StepSize = 1.25f * point.Epsilon },
            "pgd" => new Pgd(point.Epsilon) { Steps = point.TrainingAttackSteps },
            _ => new TradesAttack(new Pgd(point.Epsilon) { Steps = point.TrainingAttackSteps }),
        };
        var batches = new MixedAdversarialBatches(model, data.Train, point.BatchSize, attack, point.Split, point.Seed) { Paired = paired };
        var trainer = new Trainer(model, new Adam(point.LearningRate), paired ? new Trades() : null)
        {
            Progress = new Progress<TrainingProgress>(),
        };
        if (trainer.Fit(batches, point.Steps, epochs: 1, cancellation: cancellation).Interrupted)
            throw new OperationCanceledException(cancellation);
    }
}
