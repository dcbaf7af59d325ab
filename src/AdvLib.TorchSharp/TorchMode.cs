using static TorchSharp.torch;

namespace AdvLib;

/// <summary>Puts a module and its parts into training or evaluation for a while; then each is as it was.</summary>
internal readonly ref struct TorchMode
{
    private readonly (nn.Module Module, bool Training)[] _before;

    /// <summary>Switches.</summary>
    /// <param name="module">The module.</param>
    /// <param name="training">Batch statistics and dropout, or moving statistics and none.</param>
    public TorchMode(nn.Module module, bool training)
    {
        // A TorchScript module gives its parts as copies of handles; it keeps one mode for all.
        nn.Module[] all = module is jit.ScriptModule ? [module] : [module, .. module.modules()];
        _before = all.All(part => part.training == training) ? [] : [.. all.Select(part => (part, part.training))];
        if (_before.Length > 0)
            module.train(training);
    }

    /// <summary>Switches back; the whole before its parts, because it takes them along.</summary>
    public void Dispose()
    {
        foreach ((nn.Module module, bool training) in _before)
            module.train(training);
    }
}
