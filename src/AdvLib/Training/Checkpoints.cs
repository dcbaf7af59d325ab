using System.Globalization;
using System.Text.RegularExpressions;

namespace AdvLib;

/// <summary>
/// A folder of checkpoints: each is one safetensors file with everything a training run needs to go on, which appears whole or not
/// at all and carries a checksum of its content. Loading one can run no code.
/// </summary>
public sealed partial class Checkpoints
{
    private const string Format = "AdvLib checkpoint 1";
    private const string FormatKey = "format";
    private const string ChecksumKey = "sha256";

    /// <summary>Names the folder, which is made when the first checkpoint is saved.</summary>
    /// <param name="folder">The folder; it should hold nothing else, and serve one run at a time.</param>
    public Checkpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <summary>Steps between checkpoints within an epoch; 0 for one at the end of every epoch only.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int EverySteps
    {
        get;
        init => field = value >= 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(EverySteps), value, "A number of steps, or 0 for one checkpoint an epoch.");
    }

    /// <summary>Checkpoints of a run that are kept, the newest ones; at least 1. Those of other runs are left alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int Keep
    {
        get;
        init => field = value >= 1 ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Keep), value, "At least 1 checkpoint is kept; 2 let an older one stand in for a damaged one.");
    } = 2;

    /// <summary>The checkpoint files, oldest first, complete or not: loading tells. Empty when there is no folder.</summary>
    /// <returns>Full paths.</returns>
    public IReadOnlyList<string> Files() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder).Where(path => FileName().IsMatch(Path.GetFileName(path)))
            .OrderBy(path => Number(path, "run")).ThenBy(path => Number(path, "step"))]
        : [];

    /// <summary>
    /// What the last load could not read and left where it is, a sentence a file, newest first; empty where nothing was wrong.
    /// </summary>
    public IReadOnlyList<string> Skipped { get; private set; } = [];

    /// <summary>
    /// Gives a model the weights of the newest complete checkpoint, for example to go on otherwise after training has diverged.
    /// </summary>
    /// <param name="model">The model, built as the saved one was.</param>
    /// <returns>What was skipped on the way, if anything, in a line.</returns>
    /// <exception cref="CheckpointException">There is no complete checkpoint, or it is of another network.</exception>
    public string LoadWeights(ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        TrainingRun.LoadWeights(model, LoadNewest()
            ?? throw new CheckpointException($"No checkpoint in {Folder}.", "at least one.", "Train with checkpoints first."));
        return Skipped.Count == 0 ? "Loaded the newest checkpoint." : $"Loaded an older checkpoint. Skipped: {string.Join(" ", Skipped)}";
    }

    /// <summary>Number of the run whose checkpoint is the newest; 0 without any.</summary>
    internal int LastRun() => Files() is [.., var newest] ? (int)Number(newest, "run") : 0;

    /// <summary>Finds out before a run whether checkpoints can be written at all.</summary>
    /// <exception cref="CheckpointException">They cannot.</exception>
    internal void Prepare() => Guard(() =>
    {
        Directory.CreateDirectory(Folder);
        RemoveLeftovers();
        AtomicFile.Write(Path.Combine(Folder, "run-0.tmp"), _ => { });
        RemoveLeftovers();
    });

    /// <summary>Saves a checkpoint, then removes the oldest ones of the same run.</summary>
    /// <param name="run">Number of the run; a later run has a higher one.</param>
    /// <param name="step">Steps taken in all.</param>
    /// <param name="state">What to save.</param>
    /// <exception cref="CheckpointException">It cannot be written; the ones before it are still there.</exception>
    internal void Save(int run, long step, ResumeState state)
    {
        string path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"run-{run:D4}-step-{step:D10}.safetensors"));
        var notes = new Dictionary<string, string>(state.Values) { [FormatKey] = Format, [ChecksumKey] = state.Fingerprint() };
        Guard(() =>
        {
            SafeTensors.Save(path, [.. state.Arrays], notes, anyBits: true);
            foreach (string old in Files().Where(file => Number(file, "run") == run && Number(file, "step") <= step).SkipLast(Keep))
                File.Delete(old);
        });
    }

    /// <summary>
    /// Loads the newest complete checkpoint. Newer ones that it cannot read may be whole to another version: it skips and keeps them.
    /// </summary>
    /// <returns>Its state; null when the folder holds no checkpoint.</returns>
    /// <exception cref="CheckpointException">There are checkpoints, and all are damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal ResumeState? LoadNewest()
    {
        var skipped = new List<string>();
        Skipped = skipped;
        foreach (string path in Files().Reverse())
        {
            try
            {
                return Load(path);
            }
            catch (WeightsFileException unreadable)
            {
                skipped.Add(unreadable.Message);
            }
        }

        return skipped.Count == 0 ? null : throw new CheckpointException(
            $"{skipped.Count} checkpoints in {Folder}, all damaged.", "a complete one among them.", "Begin a new run, without resuming.");
    }

    /// <summary>Loads a checkpoint.</summary>
    /// <exception cref="WeightsFileException">The file is torn, damaged, or no checkpoint.</exception>
    internal static ResumeState Load(string path)
    {
        IReadOnlyList<NamedTensor> tensors = SafeTensors.Load(path, out IReadOnlyDictionary<string, string> notes, anyBits: true);
        if (notes.GetValueOrDefault(FormatKey) != Format)
            throw new WeightsFileException($"'{path}' is no checkpoint.", $"a file whose notes say {FormatKey}: {Format}.",
                "Resume from a folder of checkpoints only.");

        // Over the content and not the file, so that the checksum can be kept in the file.
        var state = new ResumeState(tensors, notes.Where(note => note.Key is not (FormatKey or ChecksumKey)).ToDictionary());
        if (notes.GetValueOrDefault(ChecksumKey) != state.Fingerprint())
            throw new WeightsFileException(
                $"'{path}' does not hold what was saved.", "content that fits its checksum.", "Resume from another checkpoint.");
        return state;
    }

    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string resume = Files() is [.., var newest] ? $", then resume: {Path.GetFileName(newest)} is complete" : "";
            throw new CheckpointException($"A checkpoint that cannot be written: {e.Message}",
                $"a folder {Folder} that takes files, and room for them.", $"Make room or choose another folder{resume}.", e);
        }
    }

    private static long Number(string path, string group) =>
        long.Parse(FileName().Match(Path.GetFileName(path)).Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    // What a killed process was writing. A file that another one is writing now is locked, and stays.
    private void RemoveLeftovers()
    {
        foreach (string path in Directory.EnumerateFiles(Folder, "run-*.tmp"))
        {
            try
            {
                File.Open(path, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                File.Delete(path);
            }
            catch (IOException)
            {
            }
        }
    }

    [GeneratedRegex(@"^run-(?<run>\d{4,9})-step-(?<step>\d{10,18})\.safetensors$")]
    private static partial Regex FileName();
}
