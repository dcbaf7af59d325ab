using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>
/// <c>artifacts/run.json</c>: what was run, on what, and what it measured, each number with the weights, the epsilon and the number of
/// images it was measured on. Every notebook adds its part; tables are made from it, never typed.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RunCard : IVisual
{
    private const string FileName = "run.json";
    private const string RunsFolder = "runs";
    private const string WeightsExtension = ".safetensors";
    private const string ShownName = $"artifacts/{FileName}";
    private const string Remedy = "Delete the file and run 01-load-mnist again.";

    private readonly string _notebook;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<Func<RunRecord, RunRecord>> _changes = [];
    private bool _begins;

    private RunCard(RunRecord content, string notebook)
    {
        Content = content;
        _notebook = notebook;
    }

    /// <summary>All that the record holds.</summary>
    public RunRecord Content { get; private set; }

    /// <summary>The run's one seed.</summary>
    public ulong Seed => Content.Seed;

    /// <summary>Name of the data set everything was measured on.</summary>
    public string Dataset => Content.Dataset.Name;

    /// <summary>Whether anything was measured yet.</summary>
    public bool HasResults => Content.Results.Count > 0;

    /// <summary>
    /// Begins a new run: the first notebook's part. When this card is saved, an earlier run's record that holds numbers is kept in the
    /// folder <c>runs</c> beside it, by the time it began.
    /// </summary>
    /// <param name="notebook">The notebook that begins it.</param>
    /// <param name="data">The data set of the run.</param>
    /// <param name="seed">The run's one seed.</param>
    /// <param name="folder">The folder the data set was loaded from, as the data set was asked for.</param>
    /// <returns>The card.</returns>
    public static RunCard Begin(string notebook, Dataset data, ulong seed, string folder = "")
    {
        ArgumentNullException.ThrowIfNull(data);
        var content = new RunRecord
        {
            Schema = RunRecord.CurrentSchema,
            Seed = seed,
            Dataset = new RunDataset
            {
                Name = data.Name,
                Train = data.Train.Count,
                Test = data.Test.Count,
                Folder = data.Source == AdvLib.Dataset.Synthetic ? AdvLib.Dataset.Synthetic : folder,
            },
            Engine = null,
            Threads = null,
            Cpu = Machine.Processor,
            Dotnet = Environment.Version.ToString(),
            Commit = Machine.Commit(Artifacts.RepositoryRoot()),
            Started = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            Seconds = 0,
            Notebooks = new Dictionary<string, double>(),
            Settings = new Dictionary<string, IReadOnlyDictionary<string, JsonElement>>(),
            Results = new Dictionary<string, RunResult>(),
        };
        return new RunCard(content, notebook) { _begins = true };
    }

    /// <summary>Goes on with the run that an earlier notebook began.</summary>
    /// <param name="notebook">The notebook that goes on.</param>
    /// <param name="after">The notebook that must have run before.</param>
    /// <returns>The card.</returns>
    /// <exception cref="MissingArtifactException">The earlier notebook has not run.</exception>
    /// <exception cref="DataFileException">The card is damaged.</exception>
    public static RunCard Continue(string notebook, string after)
    {
        var card = new RunCard(Read(Artifacts.Require(FileName, after), ShownName, Remedy), notebook);
        return card.Holds(after)
            ? card
            : throw new MissingArtifactException(
                $"{ShownName} holds no part of {after}.", "the part that notebook writes.", $"Run {after} first.");
    }

    /// <summary>Opens a card to read it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The card.</returns>
    /// <exception cref="DataFileException">The card is damaged or cannot be read.</exception>
    public static RunCard Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new RunCard(Read(path, $"'{path}'", "Name another record, or run 01-load-mnist for a new one."), "");
    }

    /// <summary>The run's data set, loaded again as the first notebook loaded it.</summary>
    /// <returns>The data set.</returns>
    /// <exception cref="MissingArtifactException">It holds fewer images than when the run began.</exception>
    /// <exception cref="DataFileException">Its files are missing or damaged.</exception>
    public Dataset LoadDataset()
    {
        RunDataset began = Content.Dataset;
        Dataset data = AdvLib.Dataset.Load(began.Folder, began.Train, began.Test, Seed);
        return (data.Train.Count, data.Test.Count) == (began.Train, began.Test) ? data : throw new MissingArtifactException(
            $"{data.Name} holds {data.Train.Count} training and {data.Test.Count} test images.",
            $"at least {began.Train} and {began.Test}, as when this run began.",
            "Bring the files of then back, or begin a new run: run 01-load-mnist.");
    }

    /// <summary>Notes a setting under this notebook's name.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Its value: a number, a text or whatever else JSON holds.</param>
    /// <returns>This card.</returns>
    public RunCard Set(string name, JsonNode value)
    {
        ArgumentNullException.ThrowIfNull(value);
        JsonElement element = JsonSerializer.SerializeToElement(value, CourseJson.Default.JsonNode);
        return Change(run => run with
        {
            Settings = With(run.Settings, _notebook, With(run.Settings.GetValueOrDefault(_notebook), name, element)),
        });
    }

    /// <summary>Notes the engine that computes.</summary>
    /// <param name="model">The model.</param>
    /// <returns>This card.</returns>
    public RunCard SetEngine(ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (string engine, int threads) = (model.Engine, model.Threads);
        return Change(run => run with { Engine = engine, Threads = threads });
    }

    /// <summary>Saves a network's weights beside the record and notes which they are, and the engine that trained them.</summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="model">The network.</param>
    /// <param name="trainedFrom">The network that the training began with; null for one from the start.</param>
    /// <returns>This card.</returns>
    public RunCard Keep(string name, ITrainableClassifier model, ITrainableClassifier? trainedFrom = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(model);
        model.Save(Artifacts.PathOf(name + WeightsExtension));
        var network = new RunWeights
        {
            Weights = RunWeights.Of(model),
            Engine = model.Engine,
            Threads = model.Threads,
            Notebook = _notebook,
            TrainedFrom = trainedFrom is null ? null : RunWeights.Of(trainedFrom),
        };
        return SetEngine(model).Change(run => run with { Networks = With(run.Networks, name, network) });
    }

    /// <summary>Notes a result.</summary>
    /// <param name="name">Its name, for example <c>clean_before</c>.</param>
    /// <param name="evaluation">What was measured.</param>
    /// <param name="model">
    /// The network that it was measured on; one of those that the record holds (<see cref="Keep"/>), once it holds any.
    /// </param>
    /// <param name="epsilon">Largest change of a pixel, in pixel units of [0, 1]; 0 for images as they are.</param>
    /// <param name="madeFrom">The network that the images were made from, where that is another.</param>
    /// <returns>This card.</returns>
    public RunCard Record(
        string name, Evaluation evaluation, ITrainableClassifier model, float epsilon = 0, ITrainableClassifier? madeFrom = null)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return Record(name, RunResult.Of(evaluation) with
        {
            Epsilon = Math.Round(epsilon, 6),
            Weights = RunWeights.Of(model),
            MadeFrom = madeFrom is null ? null : RunWeights.Of(madeFrom),
        });
    }

    /// <summary>
    /// Notes a robustness report: a result a row, with its kind, interval and cost, what is proved, and the sanity flags.
    /// </summary>
    /// <param name="name">Its name; a row's result is called <c>name_key</c>, for example <c>mixed_pgd</c>.</param>
    /// <param name="report">What was measured.</param>
    /// <param name="model">The network that was judged.</param>
    /// <returns>This card.</returns>
    public RunCard Record(string name, RobustnessReport report, ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(report);
        string own = RunWeights.Of(model);
        string? before = report.Settings.Before is ITrainableClassifier other ? RunWeights.Of(other) : null;
        foreach (RobustnessRow row in report.Rows)
        {
            bool back = row.Key == "transfer_back";
            Record($"{name}_{row.Key}", RunResult.Of(row.Evaluation) with
            {
                Kind = row.Evaluation.Kind.ToString().ToLowerInvariant(),
                Low = row.Evaluation.Interval.Low,
                High = row.Evaluation.Interval.High,
                Confidence = double.IsFinite(row.Evaluation.MeanConfidence) ? row.Evaluation.MeanConfidence : null,
                Epsilon = Math.Round(report.Settings.Epsilon, 6),
                Gradients = row.Gradients,
                Queries = row.Queries,
                Weights = back ? before : own,
                MadeFrom = back ? own : row.Evaluation.Kind is EvaluationKind.Stale or EvaluationKind.Transfer ? before : null,
            });
        }

        if (report.Verified is { } proved)
            Record($"{name}_verified", RunResult.Verified(proved) with { Weights = own });
        return Change(run => run with { Flags = With(run.Flags, name, report.Flags) });
    }

    /// <summary>Notes what is proved of a network, and what it reads of the same images as they are.</summary>
    /// <param name="name">Its name; the results are called <c>name_clean</c> and <c>name_verified</c>.</param>
    /// <param name="proved">What was proved.</param>
    /// <param name="model">The network.</param>
    /// <returns>This card.</returns>
    public RunCard Record(string name, CertifiedAccuracy proved, ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(proved);
        string weights = RunWeights.Of(model);
        return Record($"{name}_clean", RunResult.Clean(proved) with { Weights = weights })
            .Record($"{name}_verified", RunResult.Verified(proved) with { Weights = weights });
    }

    /// <summary>Notes what a defence is worth, in place of what was known of the same defence at the same epsilons.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="model">The network that it was measured on.</param>
    /// <returns>This card.</returns>
    /// <exception cref="ArgumentException">The numbers are of different images, so that they cannot stand in one row.</exception>
    public RunCard Record(DefenceResult result, ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(result);
        (int clean, int pgd, int worst) = (result.Clean.Count, result.Pgd.Count, result.AutoAttack.Count);
        if (clean != worst || pgd != worst)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{result.Defence} on {clean} clean images, {pgd} under PGD, {worst} under AutoAttack. ")
                + "Expected: the same images for all three. Take as many for each.", nameof(result));
        }

        var row = DefenceRow.Of(result, RunWeights.Of(model));
        return Change(run => run with { Defences = [.. (run.Defences ?? []).Where(known => !known.IsOfSameTraining(row)), row] });
    }

    /// <summary>Notes what a certified training is worth, in place of what was known of the same training.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="model">The network that it was measured on.</param>
    /// <returns>This card.</returns>
    /// <exception cref="ArgumentException">The numbers are of different images, so that they cannot stand in one row.</exception>
    public RunCard Record(CertifiedResult result, ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(model);
        var row = CertifiedRow.Of(result, model);
        return Change(run => run with { Certified = [.. (run.Certified ?? []).Where(known => !known.IsOfSameTraining(row)), row] });
    }

    /// <summary>Whether a notebook has added its part.</summary>
    /// <param name="notebook">The notebook's name, for example <c>02-baseline-training</c>.</param>
    /// <returns>Whether the card holds it.</returns>
    public bool Holds(string notebook) => Content.Notebooks.ContainsKey(notebook);

    /// <summary>A result's accuracy, a fraction.</summary>
    /// <param name="result">The result's name.</param>
    /// <returns>The accuracy; null when it was not measured, or is of another run than the numbers it would stand beside.</returns>
    public double? Accuracy(string result) => ResultsTable.Shown(Content, result)?.Accuracy;

    /// <summary>Saves the card, with this notebook's time in it. What other notebooks have saved in the meantime stays.</summary>
    /// <returns>This card.</returns>
    /// <exception cref="MissingArtifactException">Another run was begun since.</exception>
    /// <exception cref="DataFileException">The record beside it is damaged.</exception>
    public RunCard Save()
    {
        string path = Artifacts.PathOf(FileName);
        if (_begins)
            KeepEarlierRun(path);
        else if (File.Exists(path))
            Content = _changes.Aggregate(SameRun(path), (run, change) => change(run));
        double seconds = Math.Round(_clock.Elapsed.TotalSeconds, 2);
        Change(run => run with { Notebooks = With(run.Notebooks, _notebook, seconds) });
        Content = Content with { Seconds = Math.Round(Content.Notebooks.Values.Sum(), 2) };
        CourseJson.Write(path, Content, CourseJson.Default.RunRecord);
        _begins = false;
        return this;
    }

    /// <summary>The recipe's table: before and after the fine-tuning, on clean, stale and fresh images.</summary>
    /// <returns>The table.</returns>
    public TableView Table() => ResultsTable.Of(Content);

    /// <summary>The defences that were recorded: how each was trained, its accuracy clean, under PGD and under AutoAttack.</summary>
    /// <returns>The table, a row a defence.</returns>
    public TableView Defences() => DefencesTable.Of(Content);

    /// <summary>The certified trainings that were recorded: clean, under AutoAttack, and proved.</summary>
    /// <returns>The table, a row a training.</returns>
    public TableView Certified() => CertifiedTable.Of(Content);

    /// <summary>What was proved of held-out images after each epoch of the recorded certified trainings, over their minutes.</summary>
    /// <returns>A line a training.</returns>
    public LineChart CertifiedCurves() => CertifiedTable.Curves(Content);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>The recipe's table as text.</summary>
    /// <returns>The table.</returns>
    public override string ToString() => Table().ToString();

    private RunCard Record(string name, RunResult result) => Change(run => run with { Results = With(run.Results, name, result) });

    private RunCard Change(Func<RunRecord, RunRecord> change)
    {
        _changes.Add(change);
        Content = change(Content);
        return this;
    }

    // What lies there now: another notebook may be open beside this one.
    private RunRecord SameRun(string path)
    {
        RunRecord now = Read(path, ShownName, Remedy);
        return (now.Started, now.Seed, now.Dataset) == (Content.Started, Content.Seed, Content.Dataset)
            ? now
            : throw new MissingArtifactException(
                $"{ShownName} is of another run, begun {now.Started}.", "the run that this notebook went on with.",
                "Run this notebook again from its first cell.");
    }

    // What is no record, or has no number yet, is nothing to keep.
    private static void KeepEarlierRun(string path)
    {
        if (!File.Exists(path) || Earlier(path) is not { } earlier || (earlier.Results.Count == 0 && earlier.Defences is null))
            return;
        string folder = Artifacts.PathOf(RunsFolder);
        Directory.CreateDirectory(folder);
        string began = string.Concat(earlier.Started.Where(char.IsAsciiLetterOrDigit));
        string kept = Path.Combine(folder, $"run-{began}.json");
        for (int i = 2; File.Exists(kept); i++)
            kept = Path.Combine(folder, $"run-{began}-{i}.json");
        File.Move(path, kept);
    }

    private static RunRecord? Earlier(string path)
    {
        try
        {
            return Open(path).Content;
        }
        catch (DataFileException)
        {
            return null;
        }
    }

    // A copy with one entry more, or another value in its old place.
    private static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T>? known, string name, T value) =>
        new(known ?? new Dictionary<string, T>()) { [name] = value };

    private static RunRecord Read(string path, string name, string remedy) =>
        CourseJson.Read(path, CourseJson.Default.RunRecord, record => record.Check(), name, "run card", remedy);
}
