using System.Diagnostics;
using System.Globalization;

namespace AdvLib.Tests.Fuzzing;

/// <summary>
/// Gives a reader damaged files. It may read them or refuse them with its documented exception; it may not crash, hang, or take
/// memory that the file does not warrant. The number of an input decides its bytes, so that a failure can be had again.
/// </summary>
internal static class FuzzRun
{
    /// <summary>The environment variable that sets the number of inputs over all readers.</summary>
    public const string Variable = "ADVLIB_FUZZ_INPUTS";

    private const int Shares = 1000;
    private const long FreeBytes = 512 << 10;
    private const long BytesPerByte = 100;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(3);

    /// <summary>Inputs over all readers: few in an ordinary test run.</summary>
    public static int Total => int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out int inputs) ? inputs : 20_000;

    /// <summary>Runs the reader over its share of the inputs.</summary>
    /// <typeparam name="TDocumented">The exception that the reader documents for such files.</typeparam>
    /// <param name="share">Thousandths of <see cref="Total"/>.</param>
    /// <param name="sound">Files that the reader reads.</param>
    /// <param name="read">Reads the file of a path.</param>
    /// <param name="wrap">What is done to a damaged content before it is a file; nothing when null.</param>
    public static async Task Run<TDocumented>(int share, IReadOnlyList<byte[]> sound, Action<string> read, Func<byte[], byte[]>? wrap = null)
        where TDocumented : Exception
    {
        string folder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        string path = Path.Combine(folder, $"advlib-fuzz-{Guid.NewGuid():N}");
        long number = -1;
        try
        {
            int refused = 0;
            int count = Math.Max(100, Total / Shares * share);
            Task work = Task.Factory.StartNew(
                () =>
                {
                    for (int i = 0; i < sound.Count; i++)
                    {
                        File.WriteAllBytes(path, wrap?.Invoke(sound[i]) ?? sound[i]);
                        read(path);
                    }

                    for (int i = 0; i < count; i++)
                    {
                        Volatile.Write(ref number, i);
                        byte[] bytes = Mutator.Mutate(sound[i % sound.Count], new Rng((ulong)i, RandomPurpose.Attack));
                        File.WriteAllBytes(path, bytes = wrap?.Invoke(bytes) ?? bytes);
                        refused += Refuses<TDocumented>(path, bytes.Length, i, read) ? 1 : 0;
                    }
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

            // A reader that never comes back is found by its input's number, which stays.
            for (long seen = -2; !work.IsCompleted;)
            {
                long now = Volatile.Read(ref number);
                Assert.False(seen == now, $"Input {now} hangs.");
                seen = now;
                await Task.WhenAny(work, Task.Delay(Hang, TestContext.Current.CancellationToken));
            }

            await work;
            TestContext.Current.SendDiagnosticMessage("{0} inputs, {1} refused", count, refused);
            Assert.InRange(refused, count / 10, count - 1);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static bool Refuses<TDocumented>(string path, int length, int number, Action<string> read)
        where TDocumented : Exception
    {
        long memory = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        bool refused = false;
        try
        {
            read(path);
        }
        catch (TDocumented)
        {
            refused = true;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"Input {number} gives {e.GetType().Name}, and not {typeof(TDocumented).Name}: {e.Message}", e);
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - memory;
        Assert.True(taken < FreeBytes + BytesPerByte * length, $"Input {number} of {length} bytes takes {taken} bytes of memory.");

        // Slow once may be the machine; slow every time is the reader.
        for (int again = 0; Stopwatch.GetElapsedTime(start) > Slow; again++)
        {
            Assert.True(again < 5, $"Input {number} takes more than {Slow.TotalSeconds} s.");
            start = Stopwatch.GetTimestamp();
            try
            {
                read(path);
            }
            catch (TDocumented)
            {
            }
        }

        return refused;
    }
}
