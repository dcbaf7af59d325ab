using System.Security.Cryptography;
using System.Text.Json;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>All that decides the numbers of an attack, whoever computes which piece of them.</summary>
internal sealed record AttackPlan
{
    /// <summary>Images of a piece: fixed, so that every model sees the same batches however the pieces are shared out.</summary>
    public const int PieceLength = 100;

    /// <summary>Name of the model's file.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model's file.</summary>
    public required string ModelHash { get; init; }

    /// <summary>How the model wants its images, where its file does not say.</summary>
    public required ModelCard Input { get; init; }

    /// <summary>Name of the images.</summary>
    public required string Data { get; init; }

    /// <summary>SHA-256 of the images and labels.</summary>
    public required string DataHash { get; init; }

    /// <summary>Number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Files that were left out, and why.</summary>
    public required string[] Skipped { get; init; }

    /// <summary>How perturbations are measured.</summary>
    public required Norm Norm { get; init; }

    /// <summary>Their largest size, in pixel units of [0, 1].</summary>
    public required float Epsilon { get; init; }

    /// <summary>Steps of PGD.</summary>
    public required int Steps { get; init; }

    /// <summary>Random starts of PGD.</summary>
    public required int Restarts { get; init; }

    /// <summary>Steps of APGD and FAB.</summary>
    public required int Iterations { get; init; }

    /// <summary>Queries of Square.</summary>
    public required int Queries { get; init; }

    /// <summary>Whether AutoAttack is run.</summary>
    public required bool AutoAttack { get; init; }

    /// <summary>Decides what is random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Number of pieces.</summary>
    public int Pieces() => (Images + PieceLength - 1) / PieceLength;

    /// <summary>Number of images in a piece.</summary>
    public int LengthOf(int piece) => Math.Min(PieceLength, Images - (piece * PieceLength));

    /// <summary>SHA-256 of all but names, in a few digits: what pieces must agree in.</summary>
    public string Hash() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        this with { Model = "", Data = "", Skipped = [] }, AttackJson.Strict.AttackPlan)))[..16];

    /// <summary>The same as a report's settings.</summary>
    public RobustnessSettings Settings() => new(Epsilon)
    {
        Norm = Norm,
        Steps = Steps,
        Restarts = Restarts,
        Iterations = Iterations,
        Queries = Queries,
        AutoAttack = AutoAttack,
        Seed = Seed,
    };
}
