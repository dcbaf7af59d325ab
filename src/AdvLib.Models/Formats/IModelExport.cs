namespace AdvLib;

/// <summary>What saves networks of AdvLib's layers in another's file format. Found by name, as <see cref="IModelFormat"/> is.</summary>
public interface IModelExport
{
    /// <summary>Saves a network, whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="batchSize">Images that the file's model takes at a time; 0 for any number.</param>
    void Save(INetwork network, string path, int batchSize);
}
