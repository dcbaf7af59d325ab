using System.Globalization;
using System.Numerics;

namespace AdvLib;

/// <summary>One point of a stroke; at a corner the line breaks instead of bending.</summary>
internal readonly record struct SkeletonPoint(Vector2 Position, bool IsCorner);

/// <summary>The strokes that synthetic digits are drawn from: several ways of writing for each digit.</summary>
internal static class DigitSkeletons
{
    // Strokes are parted by '|', points by ','; a point is "x y" in percent of the digit's height, y downwards, x 50 the middle;
    // '!' marks a corner.
    private static readonly string[][] Source =
    [
        [
            "50 0, 25 15, 18 50, 26 85, 50 100, 74 85, 82 50, 75 15, 50 0",
            "68 8, 45 0, 22 22, 18 60, 35 97, 62 95, 80 62, 78 25, 60 4, 40 8",
        ],
        [
            "50 0, 50 50, 50 100",
            "30 24!, 54 0!, 54 100",
            "34 20!, 52 0!, 52 100! | 30 100, 76 99",
        ],
        [
            "22 24, 40 1, 70 8, 74 34, 54 62, 20 98!, 82 96",
            "20 24, 45 2, 72 14, 70 42, 45 75, 26 95, 18 84, 34 78, 60 95, 84 90",
        ],
        [
            "24 10, 48 0, 72 14, 66 36, 42 47!, 70 56, 78 78, 56 100, 20 92",
            "22 4!, 74 4!, 46 42!, 72 54, 76 80, 52 100, 20 92",
        ],
        [
            "30 4, 24 32, 20 56!, 82 52 | 68 0, 66 50, 64 100",
            "62 0!, 18 62!, 86 62 | 62 0, 62 100",
            "26 0, 20 36, 32 54, 56 52, 76 36 | 78 0, 72 50, 68 100",
        ],
        [
            "78 2!, 32 4!, 26 44!, 52 38, 76 56, 74 82, 48 100, 18 90",
            "80 4, 42 5, 26 24, 42 44, 68 58, 72 84, 46 100, 20 90",
        ],
        [
            "68 2, 40 22, 22 58, 30 90, 54 100, 74 84, 70 60, 48 53, 26 70",
            "60 0, 32 40, 22 74, 38 98, 64 96, 76 74, 60 56, 34 62, 24 78",
        ],
        [
            "20 6!, 78 4!, 58 48, 44 100",
            "20 6!, 78 4!, 44 100 | 32 52, 74 49",
            "18 20!, 22 5!, 80 5!, 62 46, 50 100",
        ],
        [
            "72 14, 50 0, 26 16, 38 40, 66 60, 74 84, 50 100, 24 84, 36 58, 62 40, 74 18, 66 6",
            "50 46, 28 26, 50 0, 72 24, 50 46, 24 72, 50 100, 76 72, 50 46",
        ],
        [
            "74 18, 52 0, 26 16, 28 42, 52 50, 72 32, 76 12!, 74 50, 68 100",
            "76 24, 52 2, 26 18, 28 44, 54 48, 74 26, 73 62, 56 98, 26 92",
        ],
    ];

    /// <summary>For each digit its ways of writing, each a list of strokes; the digit is 1 high and its middle is the origin.</summary>
    public static SkeletonPoint[][][][] Variants { get; } =
        [.. Source.Select(digit => digit.Select(Strokes).ToArray())];

    /// <summary>Points of the digit that has most.</summary>
    public static int MostPoints { get; } = Variants.Max(digit => digit.Max(strokes => strokes.Sum(stroke => stroke.Length)));

    private static SkeletonPoint[][] Strokes(string variant) =>
        [.. variant.Split('|').Select(stroke => stroke.Split(',').Select(Point).ToArray())];

    private static SkeletonPoint Point(string text)
    {
        string[] parts = text.Trim().TrimEnd('!').Split(' ');
        float x = int.Parse(parts[0], CultureInfo.InvariantCulture);
        float y = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return new SkeletonPoint(new Vector2((x - 50) / 100, (y - 50) / 100), text.Contains('!', StringComparison.Ordinal));
    }
}
