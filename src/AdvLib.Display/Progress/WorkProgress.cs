using System.Globalization;

namespace AdvLib;

/// <summary>Where a long computation stands: an attack, an evaluation, a report made of many.</summary>
/// <param name="Name">The computation.</param>
/// <param name="Part">The part of it that is running; empty where it has none.</param>
/// <param name="Share">How much is done, 0 to 1. Attacks may end early, and then it leaps.</param>
/// <param name="ImagesPerSecond">Images that went through the network a second, forwards or both ways.</param>
/// <param name="Elapsed">Time since it began.</param>
/// <param name="Remaining">Time to its end if no attack ends early: at most so long.</param>
/// <param name="Ended">Whether it is over.</param>
public readonly record struct WorkProgress(
    string Name, string Part, double Share, double ImagesPerSecond, TimeSpan Elapsed, TimeSpan Remaining, bool Ended)
{
    /// <summary>The computation and what runs of it.</summary>
    public string Title => Part.Length == 0 || Part == Name ? Name : $"{Name}: {Part}";

    /// <summary>Speed and time left, or the time it took.</summary>
    public string Detail => Ended
        ? string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture,
            $"{100 * Share:0}%, {ImagesPerSecond:N0} images/s, at most {(int)Remaining.TotalMinutes}:{Remaining.Seconds:00} min left");
}
