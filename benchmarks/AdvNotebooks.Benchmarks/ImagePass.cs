namespace AdvNotebooks.Benchmarks;

/// <summary>One pass over a set of images.</summary>
/// <param name="Images">Images of the set.</param>
/// <param name="TrainMilliseconds">An epoch of training.</param>
/// <param name="EvaluationMilliseconds">An evaluation.</param>
/// <param name="Bytes">What the set and the source of its batches hold.</param>
internal sealed record ImagePass(int Images, double TrainMilliseconds, double EvaluationMilliseconds, long Bytes)
{
    /// <summary>Microseconds of an epoch, an image.</summary>
    public double TrainMicroseconds => 1e3 * TrainMilliseconds / Images;

    /// <summary>Microseconds of an evaluation, an image.</summary>
    public double EvaluationMicroseconds => 1e3 * EvaluationMilliseconds / Images;
}
