using System.Globalization;

namespace AdvLib.Tests;

/// <summary>Tests that change what the whole process shares: environment variables, the current folder, the console. They run alone.</summary>
[CollectionDefinition(nameof(ProcessState), DisableParallelization = true)]
public sealed class ProcessState
{
    /// <summary>Runs an action as in a country that writes 1.234,5 and ~1, and gives back its result.</summary>
    public static T InGerman<T>(Func<T> action)
    {
        // The tests run in invariant globalisation mode, which has no de-DE: what matters of it is made by hand.
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) = (",", ".", "~");
        (german.NumberFormat.PercentDecimalSeparator, german.NumberFormat.NaNSymbol) = (",", "keine Zahl");
        german.DateTimeFormat.TimeSeparator = "h";
        german.DateTimeFormat.DateSeparator = "/";
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal("~1,5", (-1.5).ToString(CultureInfo.CurrentCulture));
            return action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
