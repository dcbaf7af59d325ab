using System.Diagnostics;
using System.Runtime.InteropServices;
using AdvNotebooks.Cli.Ranks;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>Computes the pieces of an attack that are missing, alone, as a shard, or as the ranks of a job.</summary>
/// <param name="plan">What decides the numbers.</param>
/// <param name="folder">Where pieces go.</param>
/// <param name="job">The ranks; null for this process alone.</param>
internal sealed class AttackRun(AttackPlan plan, AttackFolder folder, MpiJob? job)
{
    /// <summary>Whether this process speaks for all.</summary>
    public bool Speaks => job is null or { Share.Rank: 0 };

    /// <summary>Computes pieces.</summary>
    /// <param name="part">The pieces of this shard: those whose number leaves its rank when divided.</param>
    /// <param name="images">The images.</param>
    /// <param name="load">Loads the model; not called where nothing is missing.</param>
    /// <param name="live">Whether there is a terminal to draw on.</param>
    /// <param name="cancellation">Ends it early: the piece at hand is lost, the others are kept.</param>
    /// <exception cref="OperationCanceledException">It was told to end.</exception>
    /// <exception cref="AdvLibException">The model, the images or the folder are not what they should be.</exception>
    public void Run(Share part, ImageSet images, Func<IClassifier> load, bool live, CancellationToken cancellation)
    {
        int[] missing = [.. Agreed(folder.Missing(plan)).Where(piece => piece % part.Ranks == part.Rank)];
        if (missing.Length == 0)
            return;
        IClassifier model = load();
        RobustnessSettings settings = plan.Settings();
        var progress = new AttackProgress(missing.Length);
        Work.Host = new WorkHost(Speaks ? progress : new Progress<WorkProgress>(), cancellation);
        try
        {
            progress.Show(live && job is null, () => new RankQueue(missing.Length, job).Run(i =>
            {
                cancellation.ThrowIfCancellationRequested();
                long began = Stopwatch.GetTimestamp();
                int number = missing[i];
                var piece = RobustnessPiece.Of(model, images, number * AttackPlan.PieceLength, plan.LengthOf(number), settings);
                folder.Write(new AttackPiece(
                    AttackPiece.CurrentSchema, plan, number, Math.Round(Stopwatch.GetElapsedTime(began).TotalSeconds, 3), piece));
                if (Speaks)
                    progress.PiecesDone(missing.Count(folder.Holds));
            }));
        }
        finally
        {
            (model as IDisposable)?.Dispose();
        }
    }

    // Every rank counts the same: rank 0 has looked before any piece of this job is written.
    private IEnumerable<int> Agreed(IReadOnlyList<int> missing)
    {
        var flags = new bool[plan.Pieces()];
        foreach (int piece in missing)
            flags[piece] = true;
        job?.Broadcast(MemoryMarshal.AsBytes(flags.AsSpan()));
        return Enumerable.Range(0, flags.Length).Where(piece => flags[piece]);
    }
}
