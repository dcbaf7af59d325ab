namespace AdvLib;

/// <summary>
/// What loads models of one file format. It lives in an assembly of its own, which AdvLib does not reference and finds by name; its
/// implementation has a constructor without parameters.
/// </summary>
public interface IModelFormat
{
    /// <summary>Loads a model.</summary>
    /// <param name="path">The file.</param>
    /// <param name="input">How it wants its images.</param>
    /// <returns>The model; disposable where it holds something.</returns>
    IClassifier Load(string path, ModelInput input);
}
