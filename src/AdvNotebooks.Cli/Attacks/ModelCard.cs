using System.Text.Json;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>
/// How a model wants its images: what its file does not say of itself, from options or from the small JSON file beside the model
/// (<c>model.json</c> beside <c>model.pt</c>). Null is what nobody has said.
/// </summary>
internal sealed record ModelCard
{
    /// <summary>Where the channels stand: <c>NCHW</c> (first) or <c>NHWC</c> (last).</summary>
    public string? Layout { get; init; }

    /// <summary>Height, width and channels of an image.</summary>
    public int[]? Shape { get; init; }

    /// <summary>Values of black and white, before mean and deviation: [0, 1], [0, 255], [-1, 1].</summary>
    public float[]? Range { get; init; }

    /// <summary>Subtracted then, in units of the range: one number, or one a channel.</summary>
    public float[]? Mean { get; init; }

    /// <summary>Divides them then.</summary>
    public float[]? Std { get; init; }

    /// <summary>Number of classes.</summary>
    public int? Classes { get; init; }

    /// <summary>Names of the classes, in the model's order.</summary>
    public string[]? ClassNames { get; init; }

    /// <summary>Whether a file says by itself how it wants its images.</summary>
    /// <param name="path">The model's file.</param>
    /// <returns>True for AdvLib's own networks, which take pixels as they are.</returns>
    public static bool IsOwn(string path) => Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the file beside a model.</summary>
    /// <param name="model">The model's file.</param>
    /// <returns>What it says; nothing where there is none.</returns>
    /// <exception cref="DataFileException">It is no such file.</exception>
    public static ModelCard Beside(string model)
    {
        string path = Path.ChangeExtension(model, ".json");
        if (!File.Exists(path))
            return new ModelCard();
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), AttackJson.Strict.ModelCard)
                ?? throw new JsonException("it is null.");
        }
        catch (JsonException broken)
        {
            throw new DataFileException($"'{path}', beside the model, cannot be read: {broken.Message}",
                "JSON with any of layout, shape, range, mean, std, classes, classNames.",
                "Correct it; docs/attack-your-model.md shows one.", broken);
        }
    }

    /// <summary>What this says, and where it is silent what another card says.</summary>
    /// <param name="other">The other card.</param>
    /// <returns>Both.</returns>
    public ModelCard Over(ModelCard other) => new()
    {
        Layout = Layout ?? other.Layout,
        Shape = Shape ?? other.Shape,
        Range = Range ?? other.Range,
        Mean = Mean ?? other.Mean,
        Std = Std ?? other.Std,
        Classes = Classes ?? other.Classes,
        ClassNames = ClassNames ?? other.ClassNames,
    };

    /// <summary>What is wrong with it for a model, or missing.</summary>
    /// <param name="model">The model's file.</param>
    /// <returns>A sentence or more; null when nothing is.</returns>
    public string? Fault(string model)
    {
        if (IsOwn(model))
        {
            return (Layout, Shape, Range, Mean, Std, Classes) == default ? null
                : $"{Path.GetFileName(model)} is AdvLib's, which says by itself how it wants its images: only class names may be given.";
        }

        if (Layout is not (null or "NCHW" or "NHWC"))
            return $"the layout is \"{Layout}\". Expected: NCHW or NHWC.";
        if (Shape is not (null or [> 0, > 0, > 0]))
            return "the shape needs height, width and channels, for example 32x32x3.";
        if (Range is not null && (Range is not [var low, var high] || !(low < high) || !float.IsFinite(high - low)))
            return "the range needs the values of black and white, for example 0,255.";
        if (Classes is < 2 or > 256 || (ClassNames is { } names && names.Length != (Classes ?? names.Length)))
            return "there are from 2 to 256 classes, and as many names where they are given.";
        if (Mean is null or [] || Std is null or [])
        {
            return $"nothing says what {Path.GetFileName(model)} wants subtracted from its pixels, and divided by. Expected: --mean and "
                + "--std as it was trained with, 0 and 1 if it takes them as they are, or mean and std in "
                + $"{Path.ChangeExtension(model, ".json")}.";
        }

        return Std.Concat(Mean).All(float.IsFinite) && Std.All(value => value > 0) ? null
            : "mean and deviation must be finite, and a deviation positive.";
    }

    /// <summary>The card for images of a shape.</summary>
    /// <param name="images">The images.</param>
    /// <param name="threads">Threads to compute on.</param>
    /// <returns>What a format's loader takes.</returns>
    public ModelInput For(ImageSet images, int threads) => new(images.Shape, Classes ?? ClassNames?.Length ?? images.Classes)
    {
        ChannelsLast = Layout is null ? null : Layout == "NHWC",
        Range = Range is null ? PixelRange.Unit : new PixelRange(Range[0], Range[1]),
        Mean = Mean,
        Std = Std,
        Threads = threads,
    };
}
