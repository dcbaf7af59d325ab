namespace AdvLib;

/// <summary>NaN or infinity where a number was expected: in a training step, or in a model's answer to an image.</summary>
public sealed class NumericalFaultException : AdvLibException
{
    private readonly string _what = "";

    /// <summary>A fault in a training step.</summary>
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

    private NumericalFaultException(string what, int image)
        : base(
            $"NaN or infinity in {what} of image {image}.", "finite numbers: of anything else no class can be told.",
            "Look for NaN in the model's weights, and for a layer that divides by 0 or overflows; give the model weights that are whole.")
    {
        Place = $"{what} of image {image}";
        (_what, Image) = (what, image);
    }

    /// <summary>Where the first such value is.</summary>
    public string Place { get; }

    /// <summary>The optimizer's step, from 1; 0 in an answer.</summary>
    public int Step { get; }

    /// <summary>Whether the value was given to training, in its images or in weights that were set, and not made by it.</summary>
    public bool IsGiven { get; }

    /// <summary>The image whose answer it is, by its place in what was asked about, from 0; null in a training step.</summary>
    public int? Image { get; }

    /// <summary>The exception of a model's answer to an image.</summary>
    /// <param name="image">The image's place in what was asked about, from 0.</param>
    /// <param name="what">What the answer is, for example <c>the logits</c>.</param>
    /// <returns>The exception.</returns>
    public static NumericalFaultException InAnswer(int image, string what) => new(what, image);

    /// <summary>The exception of every later call to a model whose weights this fault's step has moved.</summary>
    /// <returns>The exception, which names this fault's place.</returns>
    public NumericalFaultException Afterwards() => new($"the weights, which a refused step has moved ({Place})", Step, IsGiven);

    /// <summary>This fault of an answer, told of all images instead of those that were asked about.</summary>
    /// <param name="places">Where each of those stands among all.</param>
    /// <returns>The exception; this one itself where it names no image.</returns>
    public NumericalFaultException Among(ReadOnlySpan<int> places) => Image is { } image ? new(_what, places[image]) : this;
}
