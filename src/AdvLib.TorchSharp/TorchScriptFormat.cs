using System.Runtime.CompilerServices;

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
        try
        {
            return Open(path, input);
        }
        catch (FileNotFoundException exception) when (File.Exists(path))
        {
            throw new EngineUnavailableException(
                $"The TorchScript file '{path}' without TorchSharp.dll.", "the package TorchSharp-cpu, or one of TorchSharp's for CUDA.",
                "Reference it; in the course run dotnet build once.", exception);
        }
    }

    // By itself, because what names TorchSharp's types is not even compiled where that assembly is missing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchModel Open(string path, ModelInput input)
    {
        _ = TorchNative.Prepare();
        if (input.Threads is { } threads)
            TorchSharp.torch.set_num_threads(threads);
        return TorchModel.Load(
            path, input.Shape, input.Classes, input.PixelMean, input.PixelStd, channelsLast: input.ChannelsLast ?? false);
    }
}
