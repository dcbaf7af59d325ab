using AdvLib.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

IConfig config = DefaultConfig.Instance
    .AddColumn(new ThroughputColumn())
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
    .WithOptions(ConfigOptions.DisableLogFile);

// In this process: BenchmarkDotNet's own build of AdvLib would point notebooks/setup.csx at a folder that it deletes again.
BenchmarkSwitcher.FromAssembly(typeof(GemmBenchmarks).Assembly).Run(["--inProcess", .. args], config);
