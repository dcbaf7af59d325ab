using AdvLib.Benchmarks;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

// In this process: BenchmarkDotNet's own build of AdvLib would point notebooks/setup.csx at a folder that it deletes again.
BenchmarkSwitcher
    .FromAssembly(typeof(GemmBenchmarks).Assembly)
    .Run(["--inProcess", .. args], DefaultConfig.Instance.AddColumn(new ThroughputColumn()).WithOptions(ConfigOptions.DisableLogFile));
