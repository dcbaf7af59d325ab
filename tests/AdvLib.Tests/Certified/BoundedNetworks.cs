using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>Small networks of every kind of layer, with weights and statistics that are not those of a start.</summary>
internal static class BoundedNetworks
{
    public static TheoryData<string> Names => [.. Descriptions.Keys];

    private static Dictionary<string, (Shape Input, Func<Layer[]> Layers)> Descriptions { get; } = new()
    {
        ["dense alone"] = (new(1, 1, 7), () => [new Dense(3)]),
        ["dense"] = (new(1, 1, 6), () => [new Dense(9), new ReLU(), new Dense(8), new ReLU(), new Dense(3), new Softmax()]),
        ["relu first"] = (new(1, 1, 6), () => [new ReLU(), new BatchNorm(), new Dense(5), new ReLU(), new Dense(3)]),
        ["relu last"] = (new(1, 1, 6), () => [new Dense(8), new ReLU(), new Dense(3), new ReLU()]),
        ["norm behind relu"] = (new(6, 8, 2), () => [
            new Conv2D(5, 3, 2), new ReLU(), new BatchNorm(), new Flatten(), new Dense(7), new ReLU(), new BatchNorm(), new Dropout(0.3f),
            new Dense(3), new Softmax()]),
        ["norm before relu"] = (new(7, 5, 2), () => [
            new Conv2D(5, 3, 2), new BatchNorm(), new ReLU(), new Flatten(), new Dense(7), new BatchNorm(), new ReLU(), new Dense(3)]),
        ["pooling"] = (new(9, 8, 1), () => [
            new Conv2D(5, 3, 1, Padding.Valid), new ReLU(), new MaxPool2D(2), new Conv2D(4, 2), new MaxPool2D(2, 1), new ReLU(),
            new Flatten(), new Dense(3)]),
        ["pooling at once"] = (new(6, 6, 2), () => [new MaxPool2D(3, 2), new Flatten(), new Dense(6), new ReLU(), new Dense(3)]),
        ["threshold"] = (new(6, 8, 1), () => [
            new Threshold(0.3f, 0.7f), new Conv2D(5, 3, 2), new ReLU(), new BatchNorm(), new Flatten(), new Dense(3)]),
        ["step"] = (new(5, 4, 1), () => [
            new Threshold(0.5f, 0.5f), new Conv2D(4, 3, 2), new ReLU(), new BatchNorm(), new Flatten(), new Dense(3)]),
        ["threshold in the middle"] = (new(1, 1, 6), () => [new Dense(9), new Threshold(-0.5f, 0.6f), new Dense(3)]),
        ["convolutions to the end"] = (new(6, 6, 1), () => [
            new Conv2D(4, 4, 2), new ReLU(), new Conv2D(3, 3, 3, Padding.Valid), new Flatten()]),
    };

    /// <summary>A network of a name, its biases, scales and statistics drawn too.</summary>
    public static Sequential Build(string name, ulong seed = 1, int threads = 2)
    {
        (Shape input, Func<Layer[]> layers) = Descriptions[name];
        var model = new Sequential(new Network(input, layers()), seed, new ThreadTeam(threads));
        var rng = new Rng(seed, RandomPurpose.Attack);
        model.SetWeights([.. model.GetWeights().Select(tensor => Drawn(tensor, rng))]);
        return model;
    }

    private static NamedTensor Drawn(NamedTensor tensor, Rng rng) => tensor.Name.Split('.')[1] switch
    {
        "kernel" => tensor,
        "moving_variance" => Between(tensor, rng, 0.05f, 2),
        _ => Between(tensor, rng, -0.8f, 0.8f),
    };

    private static NamedTensor Between(NamedTensor tensor, Rng rng, float low, float high) =>
        tensor with { Values = [.. tensor.Values.Select(_ => rng.NextSingle(low, high))] };
}
