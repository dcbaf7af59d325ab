using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>
/// <c>artifacts/run.json</c>: what was run, on what, and what it measured. Every notebook adds its part; tables are made from it,
/// never typed.
/// </summary>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RunCard : IVisual
{
    private const string FileName = "run.json";
    private const int SchemaVersion = 1;

    private readonly JsonObject _json;
    private readonly string _notebook;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private RunCard(JsonObject json, string notebook)
    {
        _json = json;
        _notebook = notebook;
    }

    /// <summary>The run's one seed.</summary>
    public ulong Seed => _json["seed"]!.GetValue<ulong>();

    /// <summary>Name of the data set everything was measured on.</summary>
    public string Dataset => _json["dataset"]!["name"]!.GetValue<string>();

    /// <summary>Whether anything was measured yet.</summary>
    public bool HasResults => _json["results"] is JsonObject { Count: > 0 };

    /// <summary>Begins a new run: the first notebook's part. An earlier run's card is replaced when this one is saved.</summary>
    /// <param name="notebook">The notebook that begins it.</param>
    /// <param name="data">The data set of the run.</param>
    /// <param name="seed">The run's one seed.</param>
    /// <param name="folder">The folder the data set was loaded from, as the data set was asked for.</param>
    /// <returns>The card.</returns>
    public static RunCard Begin(string notebook, Dataset data, ulong seed, string folder = "")
    {
        ArgumentNullException.ThrowIfNull(data);
        var json = new JsonObject
        {
            ["schema"] = SchemaVersion,
            ["seed"] = seed,
            ["dataset"] = new JsonObject
            {
                ["name"] = data.Name,
                ["train"] = data.Train.Count,
                ["test"] = data.Test.Count,
                ["folder"] = data.Source == AdvLib.Dataset.Synthetic ? AdvLib.Dataset.Synthetic : folder,
            },
            ["engine"] = null,
            ["threads"] = null,
            ["cpu"] = Machine.Processor,
            ["dotnet"] = Environment.Version.ToString(),
            ["commit"] = Machine.Commit(Artifacts.RepositoryRoot()),
            ["started"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture),
            ["seconds"] = 0.0,
            ["notebooks"] = new JsonObject(),
            ["settings"] = new JsonObject(),
            ["results"] = new JsonObject(),
        };
        return new RunCard(json, notebook);
    }

    /// <summary>Goes on with the run that an earlier notebook began.</summary>
    /// <param name="notebook">The notebook that goes on.</param>
    /// <param name="after">The notebook that must have run before.</param>
    /// <returns>The card.</returns>
    /// <exception cref="MissingArtifactException">The earlier notebook has not run.</exception>
    /// <exception cref="DataFileException">The card is damaged.</exception>
    public static RunCard Continue(string notebook, string after)
    {
        var card = new RunCard(Read(Artifacts.Require(FileName, after)), notebook);
        return card.Holds(after)
            ? card
            : throw new MissingArtifactException($"artifacts/{FileName} holds no part of {after}.", "the part that notebook writes.", $"Run {after} first.");
    }

    /// <summary>Opens a card to read it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The card.</returns>
    /// <exception cref="DataFileException">The card is damaged.</exception>
    public static RunCard Open(string path) => new(Read(path), "");

    /// <summary>The run's data set, loaded again as the first notebook loaded it.</summary>
    /// <returns>The data set.</returns>
    public Dataset LoadDataset()
    {
        JsonNode data = _json["dataset"]!;
        return AdvLib.Dataset.Load(data["folder"]!.GetValue<string>(), data["train"]!.GetValue<int>(), data["test"]!.GetValue<int>(), Seed);
    }

    /// <summary>Notes a setting under this notebook's name.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="value">Its value.</param>
    /// <returns>This card.</returns>
    public RunCard Set(string name, JsonNode value)
    {
        var settings = (JsonObject)_json["settings"]!;
        if (settings[_notebook] is not JsonObject mine)
            settings[_notebook] = mine = [];
        mine[name] = value;
        return this;
    }

    /// <summary>Notes the engine that computes.</summary>
    /// <param name="model">The model.</param>
    /// <returns>This card.</returns>
    public RunCard SetEngine(IClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _json["engine"] = model.Engine;
        _json["threads"] = model.Threads;
        return this;
    }

    /// <summary>Notes a result.</summary>
    /// <param name="name">Its name, for example <c>clean_before</c>.</param>
    /// <param name="evaluation">What was measured.</param>
    /// <returns>This card.</returns>
    public RunCard Record(string name, Evaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        _json["results"]![name] = Result(evaluation);
        return this;
    }

    /// <summary>Notes a robustness report: a result a row, with its kind, interval and cost, and the sanity flags.</summary>
    /// <param name="name">Its name; a row's result is called <c>name_key</c>, for example <c>mixed_pgd</c>.</param>
    /// <param name="report">What was measured.</param>
    /// <returns>This card.</returns>
    public RunCard Record(string name, RobustnessReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (RobustnessRow row in report.Rows)
        {
            JsonObject result = Result(row.Evaluation);
            result["kind"] = row.Evaluation.Kind.ToString().ToLowerInvariant();
            result["low"] = row.Evaluation.Interval.Low;
            result["high"] = row.Evaluation.Interval.High;
            result["confidence"] = double.IsFinite(row.Evaluation.MeanConfidence) ? row.Evaluation.MeanConfidence : null;
            result["epsilon"] = Math.Round(report.Settings.Epsilon, 6);
            result["gradients"] = row.Gradients;
            result["queries"] = row.Queries;
            _json["results"]![$"{name}_{row.Key}"] = result;
        }

        if (_json["flags"] is not JsonObject flags)
            _json["flags"] = flags = [];
        flags[name] = new JsonArray([.. report.Flags.Select(flag => new JsonObject { ["check"] = flag.Check, ["seen"] = flag.Seen, ["why"] = flag.Why, ["remedy"] = flag.Remedy })]);
        return this;
    }

    /// <summary>Notes what a defence is worth, in place of what was known of the same defence at the same epsilons.</summary>
    /// <param name="result">What was measured.</param>
    /// <returns>This card.</returns>
    public RunCard Record(DefenceResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        JsonObject row = DefencesTable.Row(result);
        if (_json["defences"] is not JsonArray rows)
            _json["defences"] = rows = [];
        rows.RemoveAll(known => DefencesTable.AreOfOneTraining(known, row));
        rows.Add(row);
        return this;
    }

    /// <summary>Whether a notebook has added its part.</summary>
    /// <param name="notebook">The notebook's name, for example <c>02-baseline-training</c>.</param>
    /// <returns>Whether the card holds it.</returns>
    public bool Holds(string notebook) => _json["notebooks"] is JsonObject notebooks && notebooks.ContainsKey(notebook);

    /// <summary>The whole card, for what is made of it elsewhere.</summary>
    /// <returns>A copy.</returns>
    public JsonObject ToJson() => (JsonObject)_json.DeepClone();

    /// <summary>A result's accuracy, a fraction; null when it was not measured.</summary>
    /// <param name="result">The result's name.</param>
    /// <returns>The accuracy.</returns>
    public double? Accuracy(string result) => _json["results"]?[result]?["accuracy"]?.GetValue<double>();

    /// <summary>Saves the card, with this notebook's time in it.</summary>
    /// <returns>This card.</returns>
    public RunCard Save()
    {
        var notebooks = (JsonObject)_json["notebooks"]!;
        notebooks[_notebook] = Math.Round(_clock.Elapsed.TotalSeconds, 2);
        _json["seconds"] = Math.Round(notebooks.Sum(part => part.Value!.GetValue<double>()), 2);
        Directory.CreateDirectory(Artifacts.Folder);
        AtomicFile.Write(Artifacts.PathOf(FileName), stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            _json.WriteTo(writer);
        });
        return this;
    }

    /// <summary>The recipe's table: before and after the fine-tuning, on clean, stale and fresh images.</summary>
    /// <returns>The table.</returns>
    public TableView Table() => ResultsTable.Of(_json);

    /// <summary>The defences that were recorded: how each was trained, and its accuracy on clean images, under PGD-40 and under AutoAttack.</summary>
    /// <returns>The table, a row a defence.</returns>
    public TableView Defences() => DefencesTable.Of(_json);

    /// <inheritdoc/>
    public string ToHtml() => Table().ToHtml();

    /// <summary>The recipe's table as text.</summary>
    /// <returns>The table.</returns>
    public override string ToString() => Table().ToString();

    // JSON has no NaN: the loss of a model that diverged is null.
    private static JsonObject Result(Evaluation evaluation) => new()
    {
        ["loss"] = double.IsFinite(evaluation.Loss) ? evaluation.Loss : null,
        ["accuracy"] = evaluation.Accuracy,
        ["count"] = evaluation.Count,
    };

    private static JsonObject Read(string path)
    {
        try
        {
            JsonObject card = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("it holds no object");
            Check(card);
            return card;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            throw new DataFileException($"artifacts/{FileName} is no run card: {broken.Message}", $"a run card of schema {SchemaVersion}.", "Delete the file and run 01-load-mnist again.", broken);
        }
    }

    // Reads once what is read later, so that a damaged card is found here.
    private static void Check(JsonObject card)
    {
        if (card["schema"]!.GetValue<int>() != SchemaVersion)
            throw new JsonException($"its schema is {card["schema"]}");
        _ = card["seed"]!.GetValue<ulong>();
        JsonNode data = card["dataset"]!;
        _ = (data["name"]!.GetValue<string>(), data["folder"]!.GetValue<string>(), data["train"]!.GetValue<int>(), data["test"]!.GetValue<int>());
        _ = card["notebooks"]!.AsObject().Sum(part => part.Value!.GetValue<double>());
        _ = card["settings"]!.AsObject();
        foreach ((_, JsonNode? result) in card["results"]!.AsObject())
            _ = (result!["accuracy"]!.GetValue<double>(), result["loss"]?.GetValue<double>());
        _ = DefencesTable.Of(card);
        foreach ((_, JsonNode? flags) in card["flags"]?.AsObject() ?? [])
            _ = flags!.AsArray().Count(flag => flag!["check"]!.GetValue<string>().Length == 0);
    }
}
