using System.Text.Json;

namespace AdvLib;

/// <summary>What one point of a sweep measured, or why it failed.</summary>
/// <param name="Configuration">The point.</param>
/// <param name="Clean">Accuracy on clean test images, a fraction; NaN when it failed.</param>
/// <param name="Fgsm">Accuracy under fresh FGSM.</param>
/// <param name="Pgd">Accuracy under fresh PGD.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SweepResult(SweepConfiguration Configuration, double Clean, double Fgsm, double Pgd, double Seconds)
{
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
        CourseJson.Write(
            PathOf(folder, Configuration),
            new SweepFile
            {
                Schema = SweepFile.CurrentSchema,
                Configuration = Configuration,
                Seconds = Math.Round(Seconds, 2),
                Error = Error,
                Results = Error is null ? new SweepFile.Accuracies { Clean = Clean, Fgsm = Fgsm, Pgd = Pgd } : null,
            },
            CourseJson.Default.SweepFile);
    }

    /// <summary>Reads a result.</summary>
    /// <param name="path">Its file.</param>
    /// <returns>The result.</returns>
    /// <exception cref="DataFileException">The file holds none.</exception>
    public static SweepResult Read(string path)
    {
        SweepFile file = CourseJson.Read(
            path, CourseJson.Default.SweepFile, Check, $"'{path}'", "result of a sweep",
            "Delete the file and run the sweep again: it does only what is missing.");
        return file.Results is not { } measured || file.Error is not null
            ? new SweepResult(file.Configuration, double.NaN, double.NaN, double.NaN, file.Seconds) { Error = file.Error }
            : new SweepResult(file.Configuration, measured.Clean, measured.Fgsm, measured.Pgd, file.Seconds);
    }

    private static void Check(SweepFile file)
    {
        if (file.Schema != SweepFile.CurrentSchema)
            throw new JsonException($"its schema is {file.Schema}");
        if (file.Error is not null)
            return;
        if (file.Results is not { } measured)
            throw new JsonException("it holds neither results nor an error");
        if (!new[] { measured.Clean, measured.Fgsm, measured.Pgd }.All(accuracy => accuracy is >= 0 and <= 1))
            throw new JsonException("an accuracy is not within 0 to 1");
    }
}
