using AdvLib.Tests;

namespace AdvLib.TorchSharp.Tests;

/// <summary>
/// A network that PyTorch trained, as its TorchScript file and as a module with its weights, against what PyTorch says of it
/// (tests/golden/make_torchscript.py). Pixels are normalized inside the model: a wrapper that forgot it, or did it outside, would be seen.
/// </summary>
public sealed class PyTorchTests : IDisposable
{
    private static readonly Shape Shape = new(10, 8, 2);
    private static readonly float[] Mean = [0.4f, 0.6f], Std = [0.2f, 0.3f];
    private static readonly GoldenFile Golden = GoldenFile.Open("residual");
    private static readonly float[] Images = Golden.Values("images");
    private static readonly int[] Labels = Golden.Integers("labels");

    private readonly Residual _module = new(Shape, 4);

    public static TheoryData<string> Models => ["TorchScript", "module"];

    public void Dispose() => _module.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void Logits_and_gradients_are_PyTorchs(string kind)
    {
        using TorchModel model = Open(kind);
        var gradient = new float[Images.Length];
        var logits = new float[Labels.Length * model.Classes];
        model.InputGradient(Images, Labels, Loss.CrossEntropy, gradient, logits);
        GoldenAssert.Close(Golden.Values("logits"), logits, 1e-5, "logits");
        GoldenAssert.Close(Golden.Values("logits"), Samples.LogitsOf(model, Images), 1e-5, "logits alone");
        GoldenAssert.Close(Golden.Values("gradient"), gradient, 1e-5, "gradient");
    }

    [Fact]
    public void A_TorchScript_file_is_found_by_its_ending_and_names_its_engine()
    {
        var input = new ModelInput(Shape, 4) { Mean = Mean, Std = Std, Threads = 1 };
        IClassifier model = ModelFormat.Load(GoldenFile.PathOf("residual.pt"), input);
        using var owned = Assert.IsType<TorchModel>(model);
        GoldenAssert.Close(Golden.Values("logits"), Samples.LogitsOf(owned, Images), 1e-5, "logits");
        Assert.Equal("TorchSharp 0.107.0, TorchScript, cpu", model.Engine);
        var unknown = Assert.Throws<EngineUnavailableException>(() => ModelFormat.Load("model.h5", input));
        Assert.Contains("a file that ends with .pt, .pth, .onnx", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_that_takes_channels_last_gets_them_so()
    {
        await PythonProcess.Require("torch");
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pt");
        try
        {
            (int code, string said) = await PythonProcess.Run("-c", $"""
                import torch
                class Last(torch.nn.Module):
                    def __init__(self, model):
                        super().__init__()
                        self.model = model
                    def forward(self, x):
                        return self.model(x.permute(0, 3, 1, 2))
                model = Last(torch.jit.load(r'{GoldenFile.PathOf("residual.pt")}')).eval()
                torch.jit.trace(model, torch.zeros(2, 10, 8, 2)).save(r'{path}')
                """);
            Assert.True(code == 0, said);
            var input = new ModelInput(Shape, 4) { Mean = Mean, Std = Std, Threads = 1, ChannelsLast = true };
            using var model = Assert.IsType<TorchModel>(ModelFormat.Load(path, input));
            GoldenAssert.Close(Golden.Values("logits"), Samples.LogitsOf(model, Images), 1e-5, "logits");
            var gradient = new float[Images.Length];
            model.InputGradient(Images, Labels, Loss.CrossEntropy, gradient);
            GoldenAssert.Close(Golden.Values("gradient"), gradient, 1e-5, "gradient");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void FGSM_is_PyTorchs_wherever_the_gradient_is_more_than_rounding(string kind)
    {
        using TorchModel model = Open(kind);
        var found = new float[Images.Length];
        new Fgsm(0.03f) { Loss = Loss.CrossEntropy, Clip = PixelRange.Unit }.Perturb(model, Images, Labels, found);
        float[] expected = Golden.Values("fgsm"), gradient = Golden.Values("gradient");
        float rounding = 1e-6f * gradient.Max(MathF.Abs);
        int decided = 0;
        for (int i = 0; i < found.Length; i++)
        {
            Assert.InRange(MathF.Abs(found[i] - Images[i]), 0, 0.0300001f);
            if (MathF.Abs(gradient[i]) < rounding)
                continue;
            decided++;
            Assert.Equal(expected[i], found[i], 1e-6f);
        }

        Assert.InRange(decided, 0.99 * found.Length, found.Length);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void PGD_is_PyTorchs_in_nearly_every_pixel_and_in_what_it_reaches(string kind)
    {
        using TorchModel model = Open(kind);
        var found = new float[Images.Length];
        new Pgd(0.03f) { Steps = 10, StepSize = 0.01f, RandomStart = false }.Perturb(model, Images, Labels, found);
        float[] expected = Golden.Values("pgd");
        int same = Enumerable.Range(0, found.Length).Count(i => MathF.Abs(found[i] - expected[i]) < 1e-6f);
        Assert.InRange(same, 0.995 * found.Length, found.Length);
        GoldenAssert.Close(Golden.Values("pgd_logits"), Samples.LogitsOf(model, found), 1e-3, "logits of the adversaries");
    }

    [Fact]
    public void A_file_of_no_TorchScript_is_refused_and_so_is_none()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "weights");
            Assert.Contains("torch.jit.script", Assert.Throws<TorchModelException>(() => TorchModel.Load(path, Shape, 4)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Throws<FileNotFoundException>(() => TorchModel.Load(path, Shape, 4));
    }

    [Fact]
    public void A_TorchScript_file_of_another_shape_or_other_classes_says_so()
    {
        using TorchModel shape = TorchModel.Load(GoldenFile.PathOf("residual.pt"), new Shape(10, 8, 3), 4);
        Assert.Contains("3x10x8", Assert.Throws<TorchModelException>(() => shape.Logits(new float[240], new float[4])).Message,
            StringComparison.Ordinal);
        using TorchModel classes = TorchModel.Load(GoldenFile.PathOf("residual.pt"), Shape, 10);
        Assert.Contains("[1, 4]", Assert.Throws<ShapeMismatchException>(() => classes.Logits(new float[160], new float[10])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => TorchModel.Load(GoldenFile.PathOf("residual.pt"), Shape, 4, mean: [0.5f]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchModel.Load(GoldenFile.PathOf("residual.pt"), Shape, 4, std: [0.5f, 0]));
    }

    private TorchModel Open(string kind)
    {
        TorchModel script = TorchModel.Load(GoldenFile.PathOf("residual.pt"), Shape, 4, Mean, Std);
        if (kind == "TorchScript")
            return script;
        using (script)
        {
            var model = new TorchModel(_module, Shape, 4, Mean, Std);
            model.SetWeights(script.GetWeights());
            return model;
        }
    }
}
