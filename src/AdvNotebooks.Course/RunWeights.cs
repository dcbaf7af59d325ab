using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AdvLib;

/// <summary>A network whose weights a run left beside its record.</summary>
public sealed record RunWeights
{
    private const int Digits = 16;

    /// <summary>What tells these weights from others: the first 16 hexadecimal digits of a SHA-256 of names, shapes and values.</summary>
    public required string Weights { get; init; }

    /// <summary>The engine that trained them.</summary>
    public required string Engine { get; init; }

    /// <summary>Threads that the engine computed on.</summary>
    public required int Threads { get; init; }

    /// <summary>The notebook that trained them.</summary>
    public required string Notebook { get; init; }

    /// <summary>The weights that the training began with; null for one from the start.</summary>
    public string? TrainedFrom { get; init; }

    /// <summary>What tells a model's weights from others.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The digits.</returns>
    public static string Of(ITrainableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (NamedTensor tensor in model.GetWeights())
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor}\n"));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.Values));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }
}
