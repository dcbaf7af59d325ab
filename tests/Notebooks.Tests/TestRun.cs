using System.Text.Json.Nodes;
using AdvLib;

namespace AdvNotebooks.Tests;

/// <summary>An artifacts folder as a run on synthetic digits leaves it, small.</summary>
internal static class TestRun
{
    public const string Hostile = "hostile.ipynb";
    private const ulong Seed = 7;
    private const int TestCount = 40;

    /// <summary>The digits that the folder's run was tested on.</summary>
    public static ImageSet Digits { get; } = SyntheticDigits.Create(TestCount, Seed, RandomPurpose.TestDigits);

    /// <summary>Writes record, notebooks, and networks with their first weights.</summary>
    public static void Write(TempFolder folder)
    {
        WriteRecord(folder);
        WriteNotebooks(folder);
        Network().Save(folder.File("baseline.safetensors"));
        Network().Save(folder.File("mixed.safetensors"));
    }

    /// <summary>The recipe in miniature: seconds.</summary>
    public static void WriteTrained(TempFolder folder)
    {
        WriteRecord(folder);
        WriteNotebooks(folder);
        ImageSet train = SyntheticDigits.Create(2000, Seed, RandomPurpose.TrainDigits);
        INetwork model = Network();
        // Small batches: batch normalization's moving statistics need some hundred steps.
        new Trainer(model, new Adam()) { Progress = new Progress<TrainingProgress>() }.Fit(train, epochs: 4, batchSize: 16);
        model.Save(folder.File("baseline.safetensors"));
        new Trainer(model, new Adam()) { Progress = new Progress<TrainingProgress>() }.Fit(new MixedAdversarialBatches(model, train, 32, 0.1f, 0.5, Seed), stepsPerEpoch: 100, epochs: 1);
        model.Save(folder.File("mixed.safetensors"));
    }

    public static INetwork Network() => SimpleCnn.Create(Digits.Shape, Digits.Classes, Seed);

    public static void WriteRecord(TempFolder folder) => folder.Write("run.json", Record().ToJsonString());

    /// <summary>A notebook whose outputs try to run scripts, to fetch, and to leave their place.</summary>
    public static void WriteHostile(TempFolder folder)
    {
        const string Attack = "<script>parent.document.title = 'hacked'; top.hacked = true;</script><img src=\"x\" onerror=\"top.hacked = true\"><img src=\"http://198.51.100.1/spy.png\"><style>@import 'http://198.51.100.1/spy.css';</style><p>shown</p>";
        JsonObject json = TestNotebook.Json("1");
        JsonArray cells = json["cells"]!.AsArray();
        cells[0]!["source"] = "# Title\n\n<script>top.hacked = true</script> <img src=x onerror=\"top.hacked = true\"> [link](javascript:top.hacked=true) ![spy](http://198.51.100.1/spy.png) <javascript:alert(1)>\n";
        cells[1]!["execution_count"] = 1;
        cells[1]!["outputs"] = new JsonArray(
            Output("text/html", Attack),
            Output("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"20\" onload=\"top.hacked = true\"><script>top.hacked = true</script><image href=\"http://198.51.100.1/spy.png\"/></svg>"),
            Output("text/plain", "</pre><script>top.hacked = true</script>"),
            Output("image/png", "\"><script>top.hacked = true</script>"));
        folder.Write($"notebooks/{Hostile}", json.ToJsonString());
    }

    private static void WriteNotebooks(TempFolder folder)
    {
        Directory.CreateDirectory(folder.File("notebooks"));
        JsonObject json = TestNotebook.Json("#!import setup.csx", "data.Train\n", "throw new Exception();");
        JsonArray cells = json["cells"]!.AsArray();
        cells[0]!["source"] = "# 1. Load <MNIST>\n\n## Prose\n\nSee [the next](02-baseline-training.ipynb) and [the web](https://example.com/).\n\n$$\\text{a} = \\epsilon \\cdot \\nabla_{\\text{b}}$$\n";
        cells[2]!["execution_count"] = 2;
        cells[2]!["outputs"] = new JsonArray(
            new JsonObject { ["output_type"] = "stream", ["name"] = "stdout", ["text"] = new JsonArray("one < two\n") },
            Output("text/html", new TableView("A table", "a", "b").Row("1", "2").ToHtml()),
            Output("image/svg+xml", new BarChart("A chart", ["x"], "y").Add("s", [1]).ToSvg()),
            Output("text/html", "<style>p { color: green }</style><p id=\"framed\">framed</p><div style=\"height:400px\">tall</div>"));
        folder.Write("notebooks/01-load-mnist.ipynb", json.ToJsonString());
        folder.Write("notebooks/02-baseline-training.ipynb", TestNotebook.Json("1").ToJsonString());
    }

    private static JsonObject Output(string type, string text) => new() { ["output_type"] = "display_data", ["metadata"] = new JsonObject(), ["data"] = new JsonObject { [type] = text } };

    private static JsonObject Record() => new()
    {
        ["schema"] = 1,
        ["seed"] = Seed,
        ["dataset"] = new JsonObject { ["name"] = "synthetic digits", ["train"] = 20, ["test"] = TestCount, ["folder"] = Dataset.Synthetic },
        ["engine"] = "AdvLib, a test",
        ["threads"] = 2,
        ["cpu"] = "a processor & more",
        ["dotnet"] = "10.0.0",
        ["commit"] = "0123456789abcdef",
        ["started"] = "2026-11-22T17:54:05Z",
        ["seconds"] = 3.5,
        ["notebooks"] = new JsonObject { ["01-load-mnist"] = 0.5, ["02-baseline-training"] = 1.0, ["04-mixed-training"] = 2.0 },
        ["settings"] = new JsonObject { ["01-load-mnist"] = new JsonObject { ["batchSize"] = 64 } },
        ["results"] = new JsonObject
        {
            ["clean_before"] = Result(0.9512),
            ["fgsm_before"] = Result(0.0321),
            ["clean_after"] = Result(0.9634),
            ["stale_after"] = Result(0.9243),
            ["fresh_after"] = Result(0.8154),
            ["mixed_clean"] = Result(0.9634, "clean"),
            ["mixed_pgd"] = Result(0.4165, "fresh"),
            ["own_network_clean"] = Result(0.7176),
        },
        ["flags"] = new JsonObject { ["mixed"] = new JsonArray(new JsonObject { ["check"] = "zero gradients", ["seen"] = "Seen <b>.", ["why"] = "Why.", ["remedy"] = "Remedy." }) },
    };

    private static JsonObject Result(double accuracy, string? kind = null)
    {
        var result = new JsonObject { ["loss"] = 0.5, ["accuracy"] = accuracy, ["count"] = TestCount };
        if (kind is not null)
            (result["kind"], result["low"], result["high"], result["confidence"], result["epsilon"]) = (kind, accuracy - 0.01, accuracy + 0.01, null, 0.1);
        return result;
    }
}
