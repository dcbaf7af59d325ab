using System.Diagnostics;
using System.Text.Json.Nodes;
using AdvLib;

namespace AdvNotebooks.Tests.Commands;

/// <summary>
/// <c>advnb attack</c>: what it refuses before any work, what it writes, what it ends with. Shards and ranks: AdvLib.Mpi.Tests.
/// </summary>
public sealed class AttackCommandTests : IDisposable
{
    private static readonly string[] Cheap =
    [
        "--data", "synthetic", "--images", "30", "--epsilon", "0.1", "--steps", "2", "--restarts", "1", "--no-autoattack", "--work", "w",
    ];

    private readonly TempFolder _folder = new();

    public AttackCommandTests() =>
        new Network(new Shape(28, 28, 1), new Flatten(), new Dense(10), new Softmax()).Build(seed: 1)
            .Save(_folder.File("model.safetensors"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "attack needs a model's file, or --merge")]
    [InlineData("model.safetensors --merge w", "--merge takes no model")]
    [InlineData("nowhere.pt", "there is no model file \"nowhere.pt\"")]
    [InlineData("odd.h5", "is of no known kind. Expected: a file that ends with .safetensors, .pt, .pth, .onnx")]
    [InlineData("odd.pt", "nothing says what odd.pt wants subtracted from its pixels")]
    [InlineData("odd.pt --mean 0 --std 0", "a deviation positive")]
    [InlineData("odd.pt --mean 0 --std 1 --layout CHWN", "the layout is \"CHWN\"")]
    [InlineData("odd.pt --mean 0 --std 1 --shape 32x32", "the shape needs height, width and channels")]
    [InlineData("odd.pt --mean 0 --std 1 --range 1,0", "the range needs the values of black and white")]
    [InlineData("odd.pt --mean 0 --std 1 --classes 3 --class-names a,b", "as many names")]
    [InlineData("said.onnx", "beside the model, cannot be read")]
    [InlineData("model.safetensors --mean 0.5", "says by itself how it wants its images")]
    [InlineData("model.safetensors --epsilon 8", "write 8/255, not 8")]
    [InlineData("model.safetensors --norm l3", "--norm does not know \"l3\"")]
    [InlineData("model.safetensors --data nowhere/at/all", "there is no \"nowhere/at/all\"")]
    [InlineData("model.safetensors --shard 4/4", "--shard needs i/n")]
    [InlineData("model.safetensors --shard 0/2 --fail-under 50", "are for --merge")]
    [InlineData("model.safetensors --fail-under 101", "--fail-under needs a number from 0 to 100")]
    public async Task What_is_wrong_is_said_before_any_work(string arguments, string message)
    {
        foreach (string file in (string[])["odd.h5", "odd.pt", "said.onnx"])
            _folder.Write(file, "");
        _folder.Write("said.json", """{"mean": [0], "sdt": [1]}""");
        (int code, _, string error) = await Run(["attack", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("artifacts")));
    }

    [Fact]
    public async Task The_numbers_are_a_file_and_the_exit_code_says_whether_they_do()
    {
        (int code, string output, string error) = await Run(["attack", "model.safetensors", .. Cheap, "--report", "page.html",
            "--fail-under", "100"]);
        Assert.True(code == 3, error);
        Assert.Contains("that is below --fail-under 100", error, StringComparison.Ordinal);
        Assert.Contains("  verified  ", output, StringComparison.Ordinal);
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("w/attack.json"),
            TestContext.Current.CancellationToken))!;
        Assert.Equal(("model.safetensors", 30, 0.1f, "Linf"), ((string?)record["plan"]!["model"], (int)record["plan"]!["images"]!,
            (float)record["plan"]!["epsilon"]!, (string?)record["plan"]!["norm"]));
        Assert.Equal(64, ((string?)record["plan"]!["modelHash"])!.Length);
        Assert.Equal(["clean", "uniform_noise", "sign_noise", "fgsm_tutorial", "fgsm", "pgd", "pgd_8bit"],
            record["rows"]!.AsArray().Select(row => (string?)row!["key"]));
        ImageSet images = SyntheticDigits.Create(30, 42, RandomPurpose.TestDigits);
        INetwork model = NetworkFile.Load(_folder.File("model.safetensors"));
        Assert.Equal(Evaluation.Under(new Pgd(0.1f) { Steps = 2 }, model, images).Correct, (int)record["rows"]![5]!["correct"]!);
        Assert.Contains("model.safetensors under attack", await File.ReadAllTextAsync(_folder.File("page.html"),
            TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // All pieces are there: nothing is computed again, and another limit is met.
        (code, string again, _) = await Run(["attack", "model.safetensors", .. Cheap, "--fail-under", "0"]);
        Assert.Equal(0, code);
        Assert.DoesNotContain("pieces, ", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_of_the_users_own_are_attacked_and_wrong_ones_are_named()
    {
        PngFolder.Write(_folder.File("pictures"), SyntheticDigits.Create(40, 1, RandomPurpose.TestDigits));
        string wrong = Directory.GetFiles(_folder.File("pictures"), "*.png",
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        await File.WriteAllTextAsync(wrong, "no picture", TestContext.Current.CancellationToken);
        string[] arguments = ["attack", "model.safetensors", "--data", "pictures", .. Cheap[2..]];
        (int code, _, string error) = await Run(arguments);
        Assert.Equal(1, code);
        Assert.Contains($"{Path.GetFileName(wrong)}' cannot be read as a picture: it does not begin as a PNG", error,
            StringComparison.Ordinal);
        (code, string output, error) = await Run([.. arguments, "--keep-going"]);
        Assert.True(code == 0, error);
        Assert.Contains("left out, 1:", output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(wrong), output, StringComparison.Ordinal);
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(_folder.File("w/attack.json"),
            TestContext.Current.CancellationToken))!;
        Assert.Equal((30, 1), ((int)record["plan"]!["images"]!, record["plan"]!["skipped"]!.AsArray().Count));
    }

    [Fact]
    public async Task An_ONNX_file_is_attacked_without_gradients_and_the_table_says_so()
    {
        File.Copy(Path.Combine(Course.CourseFolder.Root, "tests", "golden", "residual.onnx"), _folder.File("model.onnx"));
        var images = new ImageSet("set", new Shape(10, 8, 2), 4, [.. Enumerable.Range(0, 20 * 160).Select(i => (i * 31 % 256) / 255f)],
            [.. Enumerable.Range(0, 20).Select(i => (byte)(i % 4))]);
        Directory.CreateDirectory(_folder.File("npy"));
        NpyFile.SaveImages(_folder.File("npy/images.npy"), images);
        NpyFile.SaveLabels(_folder.File("npy/labels.npy"), images);
        (int code, string output, string error) = await Run(["attack", "model.onnx", "--data", "npy", "--mean", "0.4,0.6", "--std",
            "0.2,0.3", "--epsilon", "0.1", "--queries", "20", "--work", "w"]);
        Assert.True(code == 0, error);
        Assert.Contains("This model shows no gradients", output, StringComparison.Ordinal);
        Assert.Contains("Square, 20 queries", output, StringComparison.Ordinal);
        Assert.DoesNotContain("FGSM", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_keeps_the_pieces_that_are_finished()
    {
        string[] arguments = ["attack", "model.safetensors", "--data", "synthetic", "--epsilon", "0.3", "--queries", "300", "--images",
            "2000", "--work", "w"];
        using Process process = Process.Start(AdvnbProcess.StartInfo(_folder.Path, arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (!File.Exists(_folder.File("w/piece-000001.json")))
        {
            Assert.False(process.HasExited);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await AdvnbProcess.Interrupt(process);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("the pieces in w are kept, a rerun does the rest", await error, StringComparison.Ordinal);
        Assert.Contains("1 of 20 pieces, about", await output, StringComparison.Ordinal);
        Assert.InRange(Directory.GetFiles(_folder.File("w"), "piece-*.json").Length, 2, 19);
    }

    private async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using Process process = Process.Start(AdvnbProcess.StartInfo(_folder.Path, arguments))!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output, await error);
    }
}
