using AdvLib.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

IConfig config = DefaultConfig.Instance
    .AddColumn(new ThroughputColumn())
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
    .WithOptions(ConfigOptions.DisableLogFile);

// In this process: no second build of AdvLib.
BenchmarkSwitcher.FromAssembly(typeof(GemmBenchmarks).Assembly).Run(["--inProcess", .. args], config);
