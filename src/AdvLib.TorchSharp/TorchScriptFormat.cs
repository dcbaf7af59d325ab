namespace AdvLib;

/// <summary>TorchScript files, for who finds them by name.</summary>
public sealed class TorchScriptFormat : IModelFormat
{
    /// <inheritdoc/>
    /// <exception cref="EngineUnavailableException">TorchSharp is not there.</exception>
    /// <exception cref="TorchUnavailableException">libtorch does not load.</exception>
    /// <exception cref="TorchModelException">The file is no TorchScript, or of a later PyTorch.</exception>
    public IClassifier Load(string path, ModelInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return TorchAssembly.Make<IClassifier>($"The TorchScript file '{path}'", () =>
        {
            if (input.Threads is { } threads)
                TorchSharp.torch.set_num_threads(threads);
            return TorchModel.Load(
                path, input.Shape, input.Classes, input.PixelMean, input.PixelStd, channelsLast: input.ChannelsLast ?? false);
        });
    }
}
