using System.Text.Json.Nodes;

namespace AdvLib.Tests;

/// <summary>
/// PGD-40 on the mixed-tuned network and real MNIST against PyTorch's on the same weights, each from random starts of its own. Runs where
/// python3-torch, MNIST and the weights of a run are there.
/// </summary>
public sealed class PeerPgdTests
{
    private const int Count = 1000;

    [Fact]
    public async Task Accuracy_under_PGD_is_within_a_point_of_PyTorchs()
    {
        string? folder = Environment.GetEnvironmentVariable(Mnist.FolderVariable);
        Assert.SkipUnless(folder is { Length: > 0 }, $"{Mnist.FolderVariable} is not set.");
        string weights = GoldenFile.PathOf(Path.Combine("..", "..", "artifacts", "mixed.safetensors"));
        Assert.SkipUnless(File.Exists(weights), "artifacts/mixed.safetensors is not there: run the recipe first.");
        await PythonProcess.Require("torch");

        (int exitCode, string output) = await PythonProcess.Run(GoldenFile.PathOf("pgd_accuracy.py"), weights, folder!, "--images", $"{Count}");
        Assert.True(exitCode == 0, output);
        JsonNode peer = JsonNode.Parse(output.Split('\n')[0])!;

        ImageSet images = Mnist.Load(folder, TestContext.Current.CancellationToken).Test.Take(Count);
        INetwork model = SimpleCnn.Create(images.Shape, images.Classes, seed: 1);
        model.Load(weights);
        Assert.Equal((double)peer["clean"]!, Evaluation.Of(model, images).Accuracy, 0.001001);
        Assert.Equal((double)peer["pgd"]!, Evaluation.Under(new Pgd(0.1f), model, images).Accuracy, 0.01);
    }
}
