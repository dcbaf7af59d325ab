namespace AdvLib;

/// <summary>ONNX files, for who finds them by name.</summary>
public sealed class OnnxFormat : IModelFormat, IModelExport
{
    /// <inheritdoc/>
    /// <exception cref="OnnxModelException">
    /// The file is damaged, its model is no classifier of float32 images, or it leaves open whether channels come first.
    /// </exception>
    public IClassifier Load(string path, ModelInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var model = new OnnxModel(path, input.Shape, input.PixelMean, input.PixelStd, input.Threads, input.ChannelsLast);
        if (!model.IsLayoutGuessed)
            return model;
        model.Dispose();
        throw new OnnxModelException($"{Path.GetFileName(path)} leaves open whether channels come first or last.", "its layout.",
            "Say it: layout NCHW (as PyTorch exports) or NHWC (as TensorFlow does).");
    }

    /// <inheritdoc/>
    /// <remarks>The input has its channels first, as PyTorch's files have.</remarks>
    public void Save(INetwork network, string path, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(network);
        AtomicFile.Write(path, stream => stream.Write(OnnxExport.Write(network, batchSize)));
    }
}
