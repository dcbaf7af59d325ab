namespace AdvLib;

/// <summary>A training step that met NaN or infinity.</summary>
public sealed class NumericalFaultException : AdvLibException
{
    /// <param name="place">Where the first such value is, for example <c>the gradient of dense.kernel</c>.</param>
    /// <param name="step">The optimizer's step, from 1.</param>
    /// <param name="isGiven">Whether the value was given to training, in its images or in weights
    /// that were set, and not made by it.</param>
    public NumericalFaultException(string place, int step, bool isGiven)
        : base(
            $"NaN or infinity in {place}, at step {step}.", "finite numbers only.",
            isGiven
                ? "Check where the images and the weights come from."
                : "The training has diverged: begin again, or from a checkpoint, with a lower learning rate.")
    {
        Place = place;
        Step = step;
        IsGiven = isGiven;
    }

    /// <summary>Where the first such value is.</summary>
    public string Place { get; }

    /// <summary>The optimizer's step, from 1.</summary>
    public int Step { get; }

    /// <summary>Whether the value was given to training, in its images or in weights that were set, and not made by it.</summary>
    public bool IsGiven { get; }
}
