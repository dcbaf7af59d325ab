using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>
/// The engine at every vector width of this machine, each in a process of its own with the wider ones switched off, as on a machine
/// that lacks them: the same bits in trained weights, logits and input gradients.
/// </summary>
public sealed class SimdPathTests
{
    // Where a child process leaves its vector width and its fingerprint.
    private const string ReportVariable = "ADVLIB_TEST_FINGERPRINT";

    private static readonly Lazy<string> Here = new(Fingerprint);

    [Theory]
    [InlineData(16, "DOTNET_TieredPGO")]
    [InlineData(8, "DOTNET_EnableAVX512", "DOTNET_EnableAVX512F")]
    [InlineData(4, "DOTNET_EnableAVX2", "DOTNET_EnableAVX")]
    [InlineData(1, "DOTNET_EnableHWIntrinsic")]
    public async Task A_narrower_machine_gives_the_same_bits(int width, params string[] switchedOff)
    {
        string report = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(
                "dotnet", [typeof(SimdPathTests).Assembly.Location, "-method", $"{typeof(SimdPathTests).FullName}.{nameof(This_process_repeats_its_bits)}"])
            { RedirectStandardOutput = true };
            start.Environment[ReportVariable] = report;
            foreach (string name in switchedOff)
                start.Environment[name] = "0";
            using Process process = Process.Start(start)!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);
            string[] lines = await File.ReadAllLinesAsync(report, TestContext.Current.CancellationToken);
            Assert.Equal([Math.Min(width, Gemm.VectorWidth).ToString(CultureInfo.InvariantCulture), Here.Value], lines);
        }
        finally
        {
            File.Delete(report);
        }
    }

    [Fact]
    public void This_process_repeats_its_bits()
    {
        Assert.Equal(Here.Value, Fingerprint());
        if (Environment.GetEnvironmentVariable(ReportVariable) is { } report)
            File.WriteAllLines(report, [Gemm.VectorWidth.ToString(CultureInfo.InvariantCulture), Here.Value]);
    }

    // Of the recipe's network, and of one whose every size leaves the last vectors partly filled.
    private static string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, TestNetworks.SmallCnn(), batch: 13, steps: 8);
        Add(hash, new Sequential(SimpleCnn.Describe(new Shape(28, 28, 1), 10), 3, new ThreadTeam(2)), batch: 10, steps: 3);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, Sequential model, int batch, int steps)
    {
        ImageSet images = TestNetworks.Set(3 * batch, model.InputShape, model.Classes);
        var optimizer = new Adam(1e-2f);
        var mixed = new MixedAdversarialBatches(model, images, batch, epsilon: 0.1f);
        for (int step = 0; step < steps; step++)
        {
            Batch next = mixed.Next();
            model.TrainOnBatch(next.Images, next.Labels, Loss.CrossEntropy, optimizer);
        }

        float[] pixels = TestNetworks.Images(batch, model.InputShape);
        var gradients = new float[pixels.Length];
        model.InputGradient(pixels, TestNetworks.Labels(batch, model.Classes), Loss.MeanSquaredError, gradients);
        foreach (float[] values in (float[][])[TestNetworks.AllWeights(model), TestNetworks.LogitsOf(model, pixels), gradients])
        {
            Assert.All(values, value => Assert.True(float.IsFinite(value)));
            hash.AppendData(MemoryMarshal.AsBytes<float>(values));
        }
    }
}
