using System.Text.Json;
using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>What one point of a sweep measured, or why it failed.</summary>
/// <param name="Configuration">The point.</param>
/// <param name="Clean">Accuracy on clean test images, a fraction; NaN when it failed.</param>
/// <param name="Fgsm">Accuracy under fresh FGSM.</param>
/// <param name="Pgd">Accuracy under fresh PGD.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SweepResult(SweepConfiguration Configuration, double Clean, double Fgsm, double Pgd, double Seconds)
{
    private const int SchemaVersion = 1;

    /// <summary>What went wrong; null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>The file of a configuration's result in a sweep's folder.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="configuration">The point.</param>
    /// <returns>The file's path; whether it exists is another question.</returns>
    public static string PathOf(string folder, SweepConfiguration configuration) => Path.Combine(folder, $"{configuration.Hash}.json");

    /// <summary>Writes the result to its file, whole or not at all.</summary>
    /// <param name="folder">The sweep's folder, which is made where there is none.</param>
    public void Save(string folder)
    {
        var json = new JsonObject { ["schema"] = SchemaVersion, ["configuration"] = Configuration.ToJson(), ["seconds"] = Math.Round(Seconds, 2) };
        if (Error is not null)
            json["error"] = Error;
        else
            json["results"] = new JsonObject { ["clean"] = Clean, ["fgsm"] = Fgsm, ["pgd"] = Pgd };
        Directory.CreateDirectory(folder);
        AtomicFile.Write(PathOf(folder, Configuration), stream =>
        {
            using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteTo(writer);
        });
    }

    /// <summary>Reads a result.</summary>
    /// <param name="path">Its file.</param>
    /// <returns>The result.</returns>
    /// <exception cref="DataFileException">The file holds none.</exception>
    public static SweepResult Read(string path)
    {
        try
        {
            JsonNode json = JsonNode.Parse(File.ReadAllText(path))!;
            if (json["schema"]!.GetValue<int>() != SchemaVersion)
                throw new JsonException($"its schema is {json["schema"]}");
            var configuration = SweepConfiguration.Of(json["configuration"]!);
            double seconds = json["seconds"]!.GetValue<double>();
            return json["error"] is { } error
                ? new SweepResult(configuration, double.NaN, double.NaN, double.NaN, seconds) { Error = error.GetValue<string>() }
                : new SweepResult(configuration, Measured("clean"), Measured("fgsm"), Measured("pgd"), seconds);

            double Measured(string key) => json["results"]![key]!.GetValue<double>() is >= 0 and <= 1 and var accuracy ? accuracy : throw new JsonException($"its accuracy {key} is not within 0 to 1");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or ArgumentException or NullReferenceException)
        {
            throw new DataFileException($"'{path}' is no result of a sweep: {broken.Message}", $"a result of schema {SchemaVersion}.", "Delete the file and run the sweep again: it does only what is missing.", broken);
        }
    }
}
