using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdvLib;

/// <summary>One point of a sweep: everything that decides what it measures.</summary>
/// <param name="Defence">How the network is trained: <c>fgsm</c>, <c>fast</c>, <c>pgd</c> or <c>trades</c>.</param>
/// <param name="Epsilon">Largest change of a pixel in training and attack, in pixel units of [0, 1].</param>
/// <param name="Split">Share of normal images in a batch.</param>
/// <param name="Seed">Decides draws, shuffles and dropout.</param>
public sealed record SweepConfiguration(string Defence, float Epsilon, double Split, ulong Seed)
{
    private static readonly CourseJson OneLine = new(new JsonSerializerOptions(CourseJson.Default.Options) { WriteIndented = false });

    /// <summary>Training steps.</summary>
    [JsonRequired]
    public int Steps { get; init; } = 937;

    /// <summary>Images a step.</summary>
    [JsonRequired]
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's step size.</summary>
    [JsonRequired]
    public float LearningRate { get; init; } = 1e-4f;

    /// <summary>Steps of PGD, where the defence trains on it.</summary>
    [JsonRequired]
    public int TrainingAttackSteps { get; init; } = 7;

    /// <summary>Steps of the PGD that the trained network faces.</summary>
    [JsonRequired]
    public int AttackSteps { get; init; } = 20;

    /// <summary>Test images that it is attacked on; 0 for all.</summary>
    [JsonRequired]
    public int Images { get; init; } = 1000;

    /// <summary>What the data set and the weights to begin with hold, as checksums.</summary>
    [JsonRequired]
    public string Start { get; init; } = "";

    /// <summary>The engine that computes; null for the built-in one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Engine { get; init; }

    /// <summary>SHA-256 of all this, in hexadecimal digits: the result's name.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, OneLine.SweepConfiguration)));

    /// <summary>What is the same for all seeds.</summary>
    internal SweepConfiguration AnySeed => this with { Seed = 0 };

    /// <summary>How and, where that is not the usual one, on which engine.</summary>
    internal string Trained => Engine is null ? Defence : $"{Defence} on {Engine}";

    /// <summary>The configuration as text.</summary>
    /// <returns>For example <c>fgsm, epsilon 0.1, split 0.5, seed 42</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"{Trained}, epsilon {Epsilon}, split {Split}, seed {Seed}");
}
