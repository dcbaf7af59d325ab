using System.Diagnostics;
using System.Globalization;

namespace AdvNotebooks.Tests.View;

/// <summary><c>advnb view</c> as its users start it.</summary>
public sealed class ViewCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_serves_until_Ctrl_C_and_a_port_that_is_taken_is_said_to_be()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends SIGINT by kill");
        TestRun.Write(_folder);
        using Process process = Start("--port", "0");
        string report = (await process.StandardOutput.ReadLineAsync(Cancellation))!;
        Assert.StartsWith("The report: http://127.0.0.1:", report, StringComparison.Ordinal);
        Assert.EndsWith("/playground", await process.StandardOutput.ReadLineAsync(Cancellation), StringComparison.Ordinal);
        var address = new Uri(report["The report: ".Length..]);
        using (var client = new HttpClient())
            Assert.Contains("A run on synthetic digits", await client.GetStringAsync(address, Cancellation), StringComparison.Ordinal);

        (int code, string error) = await Run("--port", address.Port.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(1, code);
        Assert.Contains($"port {address.Port} cannot be used", error, StringComparison.Ordinal);

        await AdvnbProcess.Interrupt(process);
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("Run `advnb run` first.")]
    [InlineData("from 0 to 65535", "--port", "65536")]
    [InlineData("from 0 to 65535", "--port", "-1")]
    public async Task Without_a_run_or_with_a_wrong_port_it_is_exit_code_2(string message, params string[] arguments)
    {
        (int code, string error) = await Run(arguments);
        Assert.Equal(2, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private async Task<(int Code, string Error)> Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        string error = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return (process.ExitCode, error);
    }

    private Process Start(params string[] arguments)
    {
        ProcessStartInfo start = AdvnbProcess.StartInfo(_folder.Path, ["view", .. arguments]);
        start.Environment["ADVLIB_ARTIFACTS"] = _folder.Path;
        return Process.Start(start)!;
    }
}
