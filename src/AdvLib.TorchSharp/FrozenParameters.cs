using static TorchSharp.torch;

namespace AdvLib;

/// <summary>Spares parameters their gradients for a while; then each takes them as it did.</summary>
internal readonly ref struct FrozenParameters
{
    private readonly Tensor[] _trained;

    /// <summary>Freezes those that are trained.</summary>
    public FrozenParameters(IEnumerable<Tensor> parameters)
    {
        _trained = [.. parameters.Where(parameter => parameter.requires_grad)];
        foreach (Tensor parameter in _trained)
            parameter.requires_grad_(false);
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        foreach (Tensor parameter in _trained)
            parameter.requires_grad_(true);
    }
}
