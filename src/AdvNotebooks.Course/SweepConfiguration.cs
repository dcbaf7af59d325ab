using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>One point of a sweep: everything that decides what it measures.</summary>
/// <param name="Defence">How the network is trained: <c>fgsm</c>, <c>fast</c>, <c>pgd</c> or <c>trades</c>.</param>
/// <param name="Epsilon">Largest change of a pixel in training and attack, in pixel units of [0, 1].</param>
/// <param name="Split">Share of normal images in a batch.</param>
/// <param name="Seed">Decides draws, shuffles and dropout.</param>
public sealed record SweepConfiguration(string Defence, float Epsilon, double Split, ulong Seed)
{
    /// <summary>Training steps.</summary>
    public int Steps { get; init; } = 937;

    /// <summary>Images a step.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Adam's step size.</summary>
    public float LearningRate { get; init; } = 1e-4f;

    /// <summary>Steps of PGD, where the defence trains on it.</summary>
    public int TrainingAttackSteps { get; init; } = 7;

    /// <summary>Steps of the PGD that the trained network faces.</summary>
    public int AttackSteps { get; init; } = 20;

    /// <summary>Test images that it is attacked on; 0 for all.</summary>
    public int Images { get; init; } = 1000;

    /// <summary>What the data set and the weights to begin with hold, as checksums.</summary>
    public string Start { get; init; } = "";

    /// <summary>SHA-256 of all this, in hexadecimal digits: the result's name.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson().ToJsonString())));

    /// <summary>What is the same for all seeds.</summary>
    internal SweepConfiguration AnySeed => this with { Seed = 0 };

    /// <summary>The configuration as text.</summary>
    /// <returns>For example <c>fgsm, epsilon 0.1, split 0.5, seed 42</c>.</returns>
    public override string ToString() => FormattableString.Invariant($"{Defence}, epsilon {Epsilon}, split {Split}, seed {Seed}");

    /// <summary>The configuration as it stands in a result's file.</summary>
    internal JsonObject ToJson() => new()
    {
        ["defence"] = Defence,
        ["epsilon"] = Epsilon,
        ["split"] = Split,
        ["seed"] = Seed,
        ["steps"] = Steps,
        ["batchSize"] = BatchSize,
        ["learningRate"] = LearningRate,
        ["trainingAttackSteps"] = TrainingAttackSteps,
        ["attackSteps"] = AttackSteps,
        ["images"] = Images,
        ["start"] = Start,
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    internal static SweepConfiguration Of(JsonNode json) =>
        new(json["defence"]!.GetValue<string>(), json["epsilon"]!.GetValue<float>(), json["split"]!.GetValue<double>(), json["seed"]!.GetValue<ulong>())
        {
            Steps = json["steps"]!.GetValue<int>(),
            BatchSize = json["batchSize"]!.GetValue<int>(),
            LearningRate = json["learningRate"]!.GetValue<float>(),
            TrainingAttackSteps = json["trainingAttackSteps"]!.GetValue<int>(),
            AttackSteps = json["attackSteps"]!.GetValue<int>(),
            Images = json["images"]!.GetValue<int>(),
            Start = json["start"]!.GetValue<string>(),
        };
}
