using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AdvNotebooks.Cli.Attacks;

namespace AdvNotebooks.Cli.Commands;

/// <summary>The options of <c>advnb attack</c> that say how a model wants its images, and the check of them before any work.</summary>
internal static class AttackOptions
{
    private static readonly Option<string?> Layout =
        new("--layout") { Description = "NCHW (channels first, as PyTorch) or NHWC.", HelpName = "NCHW|NHWC" };
    private static readonly Option<string?> Shape =
        new("--shape") { Description = "Height, width and channels of an image; as the images are.", HelpName = "HxWxC" };
    private static readonly Option<float[]> Range = Floats(
        "--range", "Values of black and white, before mean and deviation. [default: 0,1]");
    private static readonly Option<float[]> Mean = Floats("--mean", "Subtracted from the pixels: one number, or one a channel.");
    private static readonly Option<float[]> Std = Floats("--std", "Divides them then.");
    private static readonly Option<int?> Classes = Numbers.Optional("--classes", "Classes of the model; as the images have.", "N", 2, 256);
    private static readonly Option<string?> ClassNames =
        new("--class-names") { Description = "Their names, in the model's order.", HelpName = "A,B,..." };

    /// <summary>All of them.</summary>
    public static IEnumerable<Option> All => [Layout, Shape, Range, Mean, Std, Classes, ClassNames];

    /// <summary>What is said of a model, by options and by the file beside it.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">The model's file.</param>
    /// <returns>The card.</returns>
    /// <exception cref="DataFileException">The file beside it cannot be read.</exception>
    public static ModelCard Card(CommandResult parsed, string model) => new ModelCard
    {
        Layout = parsed.GetValue(Layout)?.ToUpperInvariant(),
        Shape = parsed.GetValue(Shape) is { } shape ? Sizes(shape) : null,
        Range = NotEmpty(parsed.GetValue(Range)),
        Mean = NotEmpty(parsed.GetValue(Mean)),
        Std = NotEmpty(parsed.GetValue(Std)),
        Classes = parsed.GetValue(Classes),
        ClassNames = parsed.GetValue(ClassNames)?.Split(','),
    }.Over(ModelCard.Beside(model));

    /// <summary>What is wrong with a model's file and what is said of it.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">The model's file.</param>
    /// <returns>A sentence or more; null when nothing is.</returns>
    public static string? Fault(CommandResult parsed, string model)
    {
        if (!File.Exists(model))
            return $"there is no model file \"{model}\".";
        if (!AttackModel.Endings.Contains(Path.GetExtension(model), StringComparer.OrdinalIgnoreCase))
            return $"\"{model}\" is of no known kind. Expected: a file that ends with {string.Join(", ", AttackModel.Endings)}.";
        try
        {
            return Card(parsed, model).Fault(model);
        }
        catch (DataFileException broken)
        {
            return broken.Message;
        }
    }

    private static float[]? NotEmpty(float[]? values) => values is null or [] ? null : values;

    private static int[] Sizes(string text) => [.. text.Split('x').Select(part =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];

    private static Option<float[]> Floats(string name, string description) =>
        Numbers.ListOf(name, description, Array.Empty<float>(), float.MinValue, float.MaxValue);
}
