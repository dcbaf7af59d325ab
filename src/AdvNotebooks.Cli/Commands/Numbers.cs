using System.CommandLine;
using System.Globalization;
using System.Numerics;
using AdvNotebooks.Cli.Values;

namespace AdvNotebooks.Cli.Commands;

/// <summary>
/// Options that take a number within bounds, written as C# and the field write numbers: <c>0.1f</c>, <c>1e-3</c>, <c>8/255</c>.
/// </summary>
internal static class Numbers
{
    /// <summary>An option for one number.</summary>
    /// <typeparam name="T">Kind of number.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it means.</param>
    /// <param name="usual">Its value when it is not given.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value; the type's own largest for no bound.</param>
    /// <returns>The option.</returns>
    public static Option<T> Of<T>(string name, string description, T usual, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
                Parse(result.Tokens[0].Value, least, most) ?? Refuse(result, $"{name} needs a {Range(least, most)}", default(T)),
        };

    /// <summary>An option for a number that has no value when it is not given.</summary>
    /// <typeparam name="T">Kind of number.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it means.</param>
    /// <param name="help">What stands for the number in the help.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value; the type's own largest for no bound.</param>
    /// <returns>The option.</returns>
    public static Option<T?> Optional<T>(string name, string description, string help, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = help,
            CustomParser = result =>
                Parse(result.Tokens[0].Value, least, most) ?? Refuse<T?>(result, $"{name} needs a {Range(least, most)}", null),
        };

    /// <summary>An option for several numbers with commas between them.</summary>
    /// <typeparam name="T">Kind of number.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it means.</param>
    /// <param name="usual">Its values when it is not given.</param>
    /// <param name="least">Smallest value.</param>
    /// <param name="most">Largest value; the type's own largest for no bound.</param>
    /// <returns>The option.</returns>
    public static Option<T[]> ListOf<T>(string name, string description, T[] usual, T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = "A,B,...",
            Arity = ArgumentArity.ExactlyOne,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                T?[] values = [.. result.Tokens[0].Value.Split(',').Select(part => Parse(part, least, most))];
                return values.Contains(null)
                    ? Refuse<T[]>(result, $"{name} needs, with commas between them, each a {Range(least, most)}", [])
                    : [.. values.Select(value => value!.Value)];
            },
        };

    private static T? Parse<T>(string text, T least, T most)
        where T : struct, INumber<T> => NumberText.Parse<T>(text) is { } value && value >= least && value <= most ? value : null;

    private static T Refuse<T>(System.CommandLine.Parsing.ArgumentResult result, string needs, T nothing)
    {
        result.AddError($"{needs}, not \"{result.Tokens[0].Value}\".");
        return nothing;
    }

    private static string Range<T>(T least, T most)
        where T : struct, INumber<T>, IMinMaxValue<T>
    {
        string kind = T.IsZero(T.One / (T.One + T.One)) ? "whole number" : "number";
        string bound = most == T.MaxValue ? "" : $" to {most.ToString(null, CultureInfo.InvariantCulture)}";
        return $"{kind} from {least.ToString(null, CultureInfo.InvariantCulture)}{bound}";
    }
}
