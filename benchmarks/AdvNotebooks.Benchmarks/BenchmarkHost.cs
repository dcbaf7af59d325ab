using System.Diagnostics;

namespace AdvNotebooks.Benchmarks;

/// <summary>The program that benchmarks run in. Some start it again: a new process' first step, a side of a comparison, ranks of a job.</summary>
/// <param name="Again">How to start it with other arguments: <c>bench …</c>, <see cref="FirstStep.Command"/> or <see cref="OneRank.Command"/>.</param>
/// <param name="Repository">The repository's folder, whose <c>benchmarks</c> hold the script that measures PyTorch.</param>
/// <param name="Report">Told what is about to be measured, a line at a time.</param>
public sealed record BenchmarkHost(Func<string[], ProcessStartInfo> Again, string Repository, Action<string> Report);
