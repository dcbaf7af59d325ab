using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace AdvNotebooks.Cli.Commands;

/// <summary>Options that take a number within bounds, written the same in every country.</summary>
internal static class Numbers
{
    /// <summary>An option for one number.</summary>
    /// <typeparam name="T">Kind of number.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it means.</param>
    /// <param name="usual">Its value when it is not given.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value.</param>
    /// <returns>The option.</returns>
    public static Option<T> Of<T>(string name, string description, T usual, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Parse(text, least, most) is { } value)
                    return value;
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} needs a number from {least} to {most}, not \"{text}\"."));
                return default;
            },
        };

    /// <summary>An option for several numbers with commas between them.</summary>
    /// <typeparam name="T">Kind of number.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it means.</param>
    /// <param name="usual">Its values when it is not given.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value.</param>
    /// <returns>The option.</returns>
    public static Option<T[]> ListOf<T>(string name, string description, T[] usual, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = "A,B,...",
            Arity = ArgumentArity.ExactlyOne,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                T?[] values = [.. text.Split(',').Select(part => Parse(part, least, most))];
                if (Array.TrueForAll(values, value => value is not null))
                    return [.. values.Select(value => value!.Value)];
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} needs numbers from {least} to {most} with commas between them, not \"{text}\"."));
                return [];
            },
        };

    private static T? Parse<T>(string text, T least, T most)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && value >= least && value <= most ? value : null;
}
