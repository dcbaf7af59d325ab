using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdvNotebooks.Cli.View;

/// <summary>What the playground asks: attack this digit through that network.</summary>
/// <param name="Network">Key of the network.</param>
/// <param name="Attack">Key of the attack.</param>
/// <param name="Epsilon">Largest change of a pixel, in pixel units of [0, 1]; 0 to <see cref="MostEpsilon"/>.</param>
/// <param name="Sample">Number of a sample digit; null for a drawing.</param>
/// <param name="Drawing">A drawing: <see cref="DrawnDigit.Side"/> squared values in [0, 1], row by
/// row, light on dark; null for a sample.</param>
internal sealed record AttackRequest(string Network, string Attack, float Epsilon, int? Sample = null, float[]? Drawing = null)
{
    /// <summary>Beyond this a person does not recognise the digit any more.</summary>
    public const float MostEpsilon = 0.5f;

    /// <summary>How requests are read and answers written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        MaxDepth = 4,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Refuses what no attack should be given.</summary>
    /// <param name="samples">Number of sample digits.</param>
    /// <exception cref="RequestException">A number is out of its range or not finite, or there is not exactly one digit.</exception>
    public void Check(int samples)
    {
        if (!(Epsilon >= 0 && Epsilon <= MostEpsilon))
            throw new RequestException(FormattableString.Invariant($"\"epsilon\" is {Epsilon}."),
                FormattableString.Invariant($"a number from 0 to {MostEpsilon}."), "Correct it.");
        if ((Sample is null) == (Drawing is null))
            throw new RequestException(
                Sample is null ? "Neither \"sample\" nor \"drawing\" is there." : "Both \"sample\" and \"drawing\" are there.",
                "one of them.", "Send a sample's number, or a drawing.");
        if (Sample is { } number && (number < 0 || number >= samples))
            throw new RequestException(FormattableString.Invariant($"\"sample\" is {number}."),
                FormattableString.Invariant($"a whole number from 0 to {samples - 1}."), "Choose one of the sample digits.");
        if (Drawing is not null)
            CheckDrawing(Drawing);
    }

    private static void CheckDrawing(float[] drawing)
    {
        const int Pixels = DrawnDigit.Side * DrawnDigit.Side;
        if (drawing.Length != Pixels)
            throw new RequestException(FormattableString.Invariant($"\"drawing\" has {drawing.Length} values."),
                FormattableString.Invariant($"{Pixels}: {DrawnDigit.Side} rows of {DrawnDigit.Side}."), "Send every pixel once.");
        int wrong = Array.FindIndex(drawing, value => !(value >= 0 && value <= 1));
        if (wrong >= 0)
            throw new RequestException(FormattableString.Invariant($"Value {wrong} of \"drawing\" is {drawing[wrong]}."),
                "numbers from 0 (dark) to 1 (light).", "Scale the pixels.");
        if (drawing.AsSpan().IndexOfAnyExcept(0f) < 0)
            throw new RequestException("The drawing is empty.", "a digit.", "Draw one first.");
    }
}
