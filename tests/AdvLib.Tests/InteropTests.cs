using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AdvLib.Tests;

/// <summary>The documentation's script: the same weights and images give the same accuracy in PyTorch.</summary>
public sealed partial class InteropTests : IDisposable
{
    private const string Python = "/usr/bin/python3";
    private static readonly string Script = Path.GetFullPath(Path.Combine(GoldenFile.PathOf("."), "..", "..", "docs", "interop_torch.py"));

    private readonly string _folder = Directory.CreateTempSubdirectory("advlib-interop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_same_weights_give_the_same_accuracy_in_PyTorch()
    {
        Assert.SkipUnless(File.Exists(Python) && (await Run("-c", "import torch")).ExitCode == 0, "Python with PyTorch is not installed");
        ImageSet images = SyntheticDigits.Create(400, 3, RandomPurpose.TestDigits);
        INetwork model = SimpleCnn.Create(images.Shape, images.Classes, seed: 2);
        var adam = new Adam(3e-3f);
        var batches = new ShuffledBatches(images, 40, 1);
        for (int step = 0; step < 20; step++)
        {
            Batch batch = batches.Next();
            model.TrainOnBatch(batch.Images, batch.Labels, Loss.CrossEntropy, adam);
        }

        model.Save(PathOf("weights.safetensors"));
        NpyFile.SaveLabels(PathOf("labels.npy"), images);
        ImageSet adversarial = new Fgsm(0.1f).Perturb(model, images);
        foreach (ImageSet set in (ImageSet[])[images, adversarial])
        {
            NpyFile.SaveImages(PathOf("images.npy"), set);
            (int code, string output) = await Run(Script, PathOf("weights.safetensors"), PathOf("images.npy"), PathOf("labels.npy"));
            Assert.True(code == 0, output);
            Match match = Result().Match(output);
            Evaluation expected = Evaluation.Of(model, set);
            Assert.Equal(expected.Accuracy, double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), 1e-4);
            Assert.Equal(expected.Loss, double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), 2e-4);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    [GeneratedRegex(@"accuracy ([\d.]+)  loss ([\d.]+)")]
    private static partial Regex Result();
}
