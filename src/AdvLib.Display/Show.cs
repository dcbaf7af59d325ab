using System.Globalization;
using System.Text;

namespace AdvLib;

/// <summary>Numbers and words as displays write them: invariant culture, escaped, measured and wrapped.</summary>
public static class Show
{
    /// <summary>A number for reading: up to five significant digits, or a percentage with two decimals.</summary>
    /// <param name="value">The number; a fraction where it is shown as a percentage.</param>
    /// <param name="percent">Whether it is.</param>
    /// <returns>The text.</returns>
    public static string Value(double value, bool percent = false)
    {
        if (percent)
            return (100 * value).ToString("0.00", CultureInfo.InvariantCulture) + "%";
        double size = Math.Abs(value);
        string format = size is not 0 and (< 1e-4 or >= 1e7) ? "0.###E+0" : size >= 1000 ? "0.#" : size >= 10 ? "0.###" : "0.####";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A number where there is little room: a percentage has one decimal.</summary>
    /// <param name="value">The number; a fraction where it is shown as a percentage.</param>
    /// <param name="percent">Whether it is.</param>
    /// <returns>The text.</returns>
    public static string Brief(double value, bool percent) =>
        percent ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + "%" : Value(value);

    /// <summary>A coordinate: two decimals are finer than any screen.</summary>
    internal static string Coordinate(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Text that is safe in XML and HTML content and attributes; characters that XML forbids become U+FFFD.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The text with its special characters escaped.</returns>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '"' => result.Append("&quot;"),
                '\'' => result.Append("&#39;"),
                (< 0x20 and not ('\t' or '\n' or '\r')) or 0xFFFE or 0xFFFF => result.Append('\uFFFD'),
                _ => result.Append(rune.ToString()),
            };
        }
        return result.ToString();
    }

    /// <summary>Width of a line in a common sans-serif font, a little generous, since the reader's font is unknown.</summary>
    internal static double Width(string text, double size)
    {
        double ems = 0;
        foreach (char c in text)
        {
            ems += c switch
            {
                'i' or 'j' or 'l' or 't' or 'f' or 'I' or ' ' or '.' or ',' or ':' or ';' or '|' or '!' or '\'' => 0.3,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 0.88,
                >= 'A' and <= 'Z' => 0.7,
                > '\u2E80' => 1.0,
                _ => 0.57,
            };
        }
        return ems * size;
    }

    /// <summary>Breaks text into lines no wider than <paramref name="width"/>: at spaces, and inside a word only when it must.</summary>
    internal static List<string> Wrap(string text, double size, double width)
    {
        List<string> lines = [];
        string line = "";
        foreach (string word in text.Split(' ', '\n', '\r', '\t'))
        {
            string longer = line.Length == 0 ? word : line + " " + word;
            if (line.Length > 0 && Width(longer, size) > width)
            {
                lines.Add(line);
                longer = word;
            }
            while (longer.Length > 1 && Width(longer, size) > width)
            {
                int cut = longer.Length - 1;
                while (cut > 1 && Width(longer[..cut], size) > width)
                    cut--;
                // Never between the halves of a surrogate pair.
                if (char.IsHighSurrogate(longer[cut - 1]))
                    cut = cut > 1 ? cut - 1 : Math.Min(2, longer.Length);
                lines.Add(longer[..cut]);
                longer = longer[cut..];
            }
            line = longer;
        }
        lines.Add(line);
        return lines;
    }
}
