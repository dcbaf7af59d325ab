using System.Diagnostics;
using System.Globalization;

namespace AdvLib.Tests;

/// <summary>Many recipes in one process, which must not grow.</summary>
public sealed class SoakTests
{
    [Fact]
    public async Task Two_hundred_recipes_leave_memory_handles_and_threads_as_they_were()
    {
        using var folder = new TempFolder();
        ProcessStartInfo start = SettingsTests.Plain.Start(folder, [SettingsTests.Plain.Child, "soak", "200"]);
        // Else the runtime compiles one method after another anew, for as long as the machine has no time for it.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        // Else it lets garbage grow to the size of the last cache, which on some machines is larger than all that is held.
        start.Environment["DOTNET_GCgen0size"] = "0x1000000";
        // Else the pool adds a worker whenever the machine is slow to answer.
        start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "2";
        string[] lines = await SettingsTests.Plain.Run(start);
        long[][] held = [.. lines.Select(line => line.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Equal(20, held.Length);

        // Live bytes and working set, then handles and threads: recipes 60 to 100 against 160 to 200.
        foreach (int column in (int[])[0, 1])
            Assert.InRange(Median(held[15..], column), 1, 1.05 * Median(held[5..10], column));
        foreach (int column in (int[])[2, 3])
            Assert.InRange(Median(held[15..], column), 1, Median(held[5..10], column));
    }

    private static double Median(long[][] held, int column) => held.Select(values => values[column]).Order().ElementAt(held.Length / 2);
}
