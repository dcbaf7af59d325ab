using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace AdvLib.Charts;

/// <summary>Words of a chart: plotly.js reads a few HTML tags in them, and breaks no lines by itself.</summary>
internal static partial class Words
{
    /// <summary>Characters of a title's line, so that it fits a phone.</summary>
    public const int TitleLine = 40;

    /// <summary>Text as it stands.</summary>
    public static string Plain(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>A chart's words without tags, on one line.</summary>
    public static string WithoutTags(string words) =>
        WebUtility.HtmlDecode(Tag().Replace(words.Replace("<br>", " ", StringComparison.Ordinal), ""));

    /// <summary>Text in lines of at most so many characters, broken at spaces.</summary>
    public static string Wrapped(string text, int characters) => string.Join("<br>", Lines(text, characters).Select(Plain));

    /// <summary>The lines of a text.</summary>
    public static List<string> Lines(string text, int characters)
    {
        List<string> lines = [];
        foreach (string word in text.Split(' ', '\n'))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= characters)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }

        return lines;
    }

    /// <summary>What an axis shows, without its unit: <c>epsilon, in pixel units</c> is <c>epsilon</c>.</summary>
    public static string Head(string label) => Plain(label.Split(',', ':', '(')[0].Trim());

    /// <summary>A value for reading, as the static pictures write it.</summary>
    public static string Number(double value, bool percent = false)
    {
        if (percent)
            return (100 * value).ToString("0.00", CultureInfo.InvariantCulture) + "%";
        double size = Math.Abs(value);
        return value.ToString(
            size is not 0 and (< 1e-4 or >= 1e7) ? "0.###E+0" : size >= 1000 ? "0.#" : "0.####", CultureInfo.InvariantCulture);
    }

    /// <summary>A value where there is little room.</summary>
    public static string Brief(double value, bool percent) =>
        percent ? (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + "%" : Number(value);

    /// <summary>A line that says on how many images a value was measured; empty where it is not of images.</summary>
    public static string OnImages(int? count) =>
        count is { } images ? string.Create(CultureInfo.InvariantCulture, $"<br>{images:N0} {(images == 1 ? "image" : "images")}") : "";

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
