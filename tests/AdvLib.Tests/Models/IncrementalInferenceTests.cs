using AdvLib.Numerics;

namespace AdvLib.Tests;

/// <summary>Answers about images that change a window at a time, held to answers about whole images, bit for bit.</summary>
public sealed class IncrementalInferenceTests
{
    private static readonly Dictionary<string, (Shape Input, Layer[] Layers)> Networks = new()
    {
        ["simple"] = (new(11, 9, 2), [
            new Conv2D(5, 3, 2), new ReLU(), new BatchNorm(), new Conv2D(7, 3, 2), new ReLU(), new BatchNorm(), new Flatten(), new Dense(6),
            new ReLU(), new BatchNorm(), new Dropout(0.5f), new Dense(3), new Softmax()]),
        ["threshold"] = (new(12, 12, 1), [
            new Threshold(0.3f, 0.7f), new Conv2D(8, 4, 2), new ReLU(), new BatchNorm(), new Conv2D(6, 3), new ReLU(), new Conv2D(9, 4, 2), new Flatten(),
            new Dense(3)]),
        ["left over"] = (new(10, 11, 1), [new Conv2D(4, 2, 3, Padding.Valid), new ReLU(), new Conv2D(3, 2, 2, Padding.Valid), new Flatten(), new Dense(2), new Softmax()]),
        ["pooling behind"] = (new(9, 8, 2), [new Conv2D(6, 3), new ReLU(), new MaxPool2D(2), new BatchNorm(), new Flatten(), new Dense(4), new Softmax()]),
        ["to the end"] = (new(6, 6, 1), [new Conv2D(4, 4, 2), new ReLU(), new Conv2D(3, 3, 3, Padding.Valid), new Flatten()]),
    };

    public static TheoryData<string, int> Cases => [.. Networks.Keys.SelectMany(_ => Enumerable.Range(1, 3), (name, threads) => (name, threads))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Whatever_changes_and_stays_the_logits_are_those_of_whole_images(string name, int threads)
    {
        Sequential model = Make(name, threads);
        (Shape shape, int size, Rng rng) = (model.InputShape, model.InputShape.Size, new Rng(3, RandomPurpose.Attack));
        IIncrementalInference inference = model.BeginIncremental(40)!;
        float[] images = TestNetworks.Images(37, shape);
        inference.Begin(images);
        for (int query = 0; query < 60; query++)
        {
            int count = images.Length / size;
            float[] changed = [.. images];
            PixelWindow[] windows = [.. Enumerable.Range(0, count).Select(i => Change(changed.AsSpan(i * size, size), shape, query == 1, rng))];
            var logits = new float[count * model.Classes];
            inference.Logits(changed, windows, logits);
            Assert.Equal(TestNetworks.LogitsOf(model, changed), logits);

            // Some changes stay, now and then images go, and now and then nothing is said: then nothing stays.
            if (query % 5 != 4)
            {
                bool[] kept = [.. Enumerable.Range(0, count).Select(_ => rng.NextSingle() < 0.3f)];
                inference.Keep(kept);
                foreach (int i in Enumerable.Range(0, count).Where(i => kept[i]))
                    changed.AsSpan(i * size, size).CopyTo(images.AsSpan(i * size));
            }

            if (query % 7 != 6)
                continue;
            int[] places = [.. Enumerable.Range(0, count).Where(_ => rng.NextSingle() < 0.9f)];
            inference.Retain(places);
            images = [.. places.SelectMany(i => images[(i * size)..((i + 1) * size)])];
        }
    }

    [Fact]
    public void Square_finds_the_same_adversaries_as_by_whole_images()
    {
        foreach (string name in Networks.Keys)
        {
            Sequential model = Make(name, threads: 2);
            ImageSet images = TestNetworks.Set(150, model.InputShape, model.Classes);
            var attack = new Square(0.08f) { Queries = 60 };
            AttackResult known = attack.Attack(model, images);
            AttackResult whole = attack.Attack(new Blind(model), images);
            Assert.Equal(TestNetworks.PixelsOf(whole.Adversaries), TestNetworks.PixelsOf(known.Adversaries));
            Assert.Equal(whole.Queries, known.Queries);
            Assert.Contains(false, known.Success);
        }
    }

    [Fact]
    public void Networks_of_other_layers_have_none()
    {
        Assert.Null(new Sequential(new(4, 4, 1), 1, new Flatten(), new Dense(2)).BeginIncremental(4));
        Assert.Null(new Sequential(new(8, 8, 1), 1, new Conv2D(3, 3), new MaxPool2D(2), new Conv2D(3, 3), new Flatten(), new Dense(2)).BeginIncremental(4));
        Assert.Null(((IClassifier)new FakeClassifier(new(4, 4, 1), 2)).BeginIncremental(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make("simple", 1).BeginIncremental(0));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_so_is_a_network_that_has_moved()
    {
        Sequential model = Make("to the end", 2);
        IIncrementalInference inference = model.BeginIncremental(3)!;
        float[] two = TestNetworks.Images(2, model.InputShape);
        var logits = new float[2 * model.Classes];
        Assert.Throws<ShapeMismatchException>(() => inference.Begin(new float[4 * 36]));
        inference.Begin(two);
        Assert.Throws<ShapeMismatchException>(() => inference.Logits(two, [default], logits));
        Assert.Throws<ShapeMismatchException>(() => inference.Logits(two, [default, new(0, 5, 1, 2)], logits));
        Assert.Throws<ShapeMismatchException>(() => inference.Keep([true]));
        Assert.Throws<ArgumentOutOfRangeException>(() => inference.Retain([1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => inference.Retain([0, 2]));
        inference.Logits(two, [default, default], logits);
        Assert.Equal(TestNetworks.LogitsOf(model, two), logits);
        model.SetWeights(model.GetWeights());
        Assert.Throws<InvalidOperationException>(() => inference.Logits(two, [default, default], logits));
        inference.Begin(two);
        inference.Logits(two, [default, default], logits);
        Assert.Equal(TestNetworks.LogitsOf(model, two), logits);
    }

    private static Sequential Make(string name, int threads)
    {
        (Shape input, Layer[] layers) = Networks[name];
        var model = new Sequential(new Network(input, layers), seed: 2, new ThreadTeam(threads));
        var rng = new Rng(5, RandomPurpose.Attack);
        model.SetWeights([.. model.GetWeights().Select(tensor => tensor.Name.EndsWith("kernel", StringComparison.Ordinal)
            ? tensor : tensor with { Values = [.. tensor.Values.Select(_ => rng.NextSingle(0.2f, 1.5f))] })]);
        return model;
    }

    // A window of any size, nothing and everything among them, in which pixels change.
    private static PixelWindow Change(Span<float> image, Shape shape, bool all, Rng rng)
    {
        (int height, int width) = all ? (shape.Height, shape.Width) : (rng.NextInt32(shape.Height + 1), rng.NextInt32(shape.Width + 1));
        (int top, int left) = (rng.NextInt32(shape.Height - height + 1), rng.NextInt32(shape.Width - width + 1));
        for (int i = 0; i < image.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / shape.Channels, shape.Width);
            if (y >= top && y < top + height && x >= left && x < left + width)
                image[i] = rng.NextSingle();
        }

        return new PixelWindow(top, left, height, width);
    }
}
