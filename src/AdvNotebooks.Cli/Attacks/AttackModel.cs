using AdvLib.Numerics;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>Loads the model of an attack.</summary>
internal static class AttackModel
{
    /// <summary>The endings of files that are known.</summary>
    public static IReadOnlyCollection<string> Endings => [".safetensors", .. ModelFormat.Endings];

    /// <summary>The shape that a model says it takes; null where only its card may say so.</summary>
    /// <param name="path">The model's file.</param>
    /// <param name="card">How it wants its images.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="WeightsFileException">It is AdvLib's own, and says nothing.</exception>
    public static Shape? ShapeOf(string path, ModelCard card) => ModelCard.IsOwn(path) ? NetworkFile.Read(path).Network.InputShape
        : card.Shape is [var height, var width, var channels] ? new Shape(height, width, channels) : null;

    /// <summary>Loads a model.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="card">How it wants its images.</param>
    /// <param name="images">The images that it is to be attacked on.</param>
    /// <param name="threads">Threads to compute on.</param>
    /// <returns>The model.</returns>
    /// <exception cref="AdvLibException">The file is damaged, or what loads it is not there.</exception>
    public static IClassifier Load(string path, ModelCard card, ImageSet images, int threads)
    {
        if (!ModelCard.IsOwn(path))
            return ModelFormat.Load(path, card.For(images, threads));
        (Network network, IReadOnlyList<NamedTensor> weights) = NetworkFile.Read(path);
        var model = new Sequential(network, seed: 0, new ThreadTeam(threads));
        model.SetWeights(weights);
        return model;
    }
}
