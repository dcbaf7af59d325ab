using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AdvLib;
using AdvLib.Numerics;

namespace TestChild;

/// <summary>The whole recipe on a small network and few synthetic digits: everything that computes, and everything that writes.</summary>
public static class Recipe
{
    // Of run.json: the machine and its time.
    private static readonly string[] Machine = ["threads", "cpu", "dotnet", "commit", "started", "seconds", "notebooks"];

    /// <summary>Runs it; its files go to the artifacts folder.</summary>
    /// <param name="team">The threads to compute on.</param>
    /// <returns>Name and SHA-256 of each of its results, in order.</returns>
    public static IEnumerable<string> Run(ThreadTeam team)
    {
        // No mirror answers there: without a cache, synthetic digits take MNIST's place.
        MnistSources sources = MnistSources.Default() with { Variable = null, Mirrors = [new Uri("http://127.0.0.1:9/")], Attempts = 1 };
        Dataset data = Dataset.Load("", 128, 60, seed: 3, sources);
        var model = new Sequential(
            new Network(
                data.Train.Shape, new Conv2D(4, 3, 2), new ReLU(), new BatchNorm(), new Flatten(), new Dense(24), new ReLU(), new BatchNorm(),
                new Dropout(0.3f), new Dense(10), new Softmax()),
            1, team);
        RunCard card = RunCard.Begin("01-load-mnist", data, seed: 3).SetEngine(model);

        var checkpoints = new Checkpoints(Artifacts.PathOf("checkpoints"));
        TrainingHistory baseline = new Trainer(model, new Adam(0.01f)) { Progress = new Silence(), Checkpoints = checkpoints }
            .Fit(data.Train, epochs: 2, batchSize: 32, validation: data.Test);
        model.Save(Artifacts.PathOf("baseline.safetensors"));
        card.Record("clean_before", Evaluation.Of(model, data.Test), model);
        var fgsm = new Fgsm(0.1f);
        ImageSet adversaries = fgsm.Perturb(model, data.Test);

        TrainingHistory mixed = new Trainer(model, new Adam(0.003f)) { Progress = new Silence() }
            .Fit(new MixedAdversarialBatches(model, data.Train, 32, epsilon: 0.1f), stepsPerEpoch: 4, epochs: 1);
        model.Save(Artifacts.PathOf("mixed.safetensors"));
        EpsilonSweep sweep = EpsilonSweep.Of(model, data.Test, epsilon => new Fgsm(epsilon), 0.05f, 0.125f);
        RobustnessReport report = RobustnessReport.Of(model, data.Test, new RobustnessSettings(0.1f) { Steps = 3, Restarts = 1 });
        NpyFile.SaveImages(Artifacts.PathOf("adversaries.npy"), adversaries);
        card.Set("epsilon", 0.125).Set("learningRate", 0.003f).Record("mixed", report, model).Save();

        var read = (JsonObject)JsonNode.Parse(File.ReadAllText(Artifacts.PathOf("run.json")))!;
        yield return $"started {DateTime.Parse((string)read["started"]!, CultureInfo.InvariantCulture).Year >= 2025}";
        Array.ForEach(Machine, name => read.Remove(name));
        yield return $"run.json {Hash(read.ToJsonString())}";
        foreach (string file in (string[])["baseline.safetensors", "mixed.safetensors", "adversaries.npy"])
            yield return $"{file} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Artifacts.PathOf(file))))}";
        yield return $"weights {Hash(model)}";
        yield return $"curves {Hash(baseline.ToSvg() + mixed.ToSvg())}";
        yield return $"sweep {Hash(sweep.ToSvg() + sweep.ToHtml() + sweep)}";
        yield return $"report {Hash(report.ToHtml() + report + report.ClassChart().ToSvg())}";
        yield return $"card {Hash(card.ToHtml() + card)}";
        yield return $"examples {Hash(ImageGrid.Triples("examples", AttackExamples.Of(model, data.Test, adversaries, 0, 1), data.Test.Shape).ToSvg() + data.Test.ToSvg())}";
        yield return $"network {Hash(model.ToHtml() + model)}";
        checkpoints.LoadWeights(model);
        yield return $"checkpoint {Hash(model)}";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Hash(Sequential model) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>([.. model.GetWeights().SelectMany(tensor => tensor.Values)])));

    private sealed class Silence : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
        }
    }
}
