using System.Globalization;

namespace AdvLib;

/// <summary>One axis: its ends and the distance of its ticks, which is 1, 2 or 5 times a power of ten.</summary>
internal readonly record struct Axis(double Low, double High, double Step)
{
    /// <summary>
    /// An axis for values between <paramref name="low"/> and <paramref name="high"/> with about <paramref name="count"/> ticks.
    /// </summary>
    /// <param name="low">Smallest value.</param>
    /// <param name="high">Largest value; equal to the smallest is widened.</param>
    /// <param name="count">At most this many steps, at least 1.</param>
    /// <param name="snap">Whether the ends move outward to ticks.</param>
    /// <param name="whole">Whether values are whole numbers (epochs), so that ticks between them mean nothing.</param>
    public static Axis Over(double low, double high, int count, bool snap, bool whole = false)
    {
        if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)) || high == low)
        {
            double room = whole ? 0.5 : low == 0 ? 1 : 0.1 * Math.Abs(low);
            (low, high) = (low - room, high + room);
        }
        double rough = (high - low) / Math.Max(1, count);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { <= 1.0000001 => 1, <= 2.0000001 => 2, <= 5.0000001 => 5, _ => 10 });
        if (whole)
            step = Math.Max(1, step);
        return snap
            ? new Axis(Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step, step)
            : new Axis(low, high, step);
    }

    /// <summary>The ticks, from low to high.</summary>
    public IEnumerable<double> Ticks()
    {
        // Multiplied, not summed, so that errors do not add up; adding 0 turns -0 into 0.
        double last = Math.Floor((High / Step) + 1e-9);
        for (double i = Math.Ceiling((Low / Step) - 1e-9); i <= last; i++)
            yield return (i * Step) + 0.0;
    }

    /// <summary>Where a value lies between two coordinates.</summary>
    public double Map(double value, double from, double to) => from + ((value - Low) / (High - Low) * (to - from));

    /// <summary>A tick's text, with as many decimals as the step needs.</summary>
    public string Label(double tick, bool percent)
    {
        double scale = percent ? 100 : 1;
        double largest = scale * Math.Max(Math.Abs(Low), Math.Abs(High));
        if (largest is >= 1e7 or < 1e-4)
            return (scale * tick).ToString("0.###E+0", CultureInfo.InvariantCulture);
        int decimals = (int)Math.Clamp(-Math.Floor(Math.Log10(scale * Step) + 1e-9), 0, 12);
        return Math.Round(scale * tick, decimals).ToString("F" + decimals, CultureInfo.InvariantCulture) + (percent ? "%" : "");
    }
}
