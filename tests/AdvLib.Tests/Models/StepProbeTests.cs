using AdvLib.Layers;

namespace AdvLib.Tests;

/// <summary>A probe hears of every part of a call, and changes nothing.</summary>
public sealed class StepProbeTests
{
    [Fact]
    public void A_training_step_tells_its_parts_in_order()
    {
        Sequential model = Toy.Model();
        var log = new Log();
        model.Probe = log;
        Train(model);
        Assert.Equal(
            "begin CopyIn "
            + "Forward:flatten Forward:dense Forward:re_lu Forward:batch_normalization Forward:dropout Forward:dense_1 Loss "
            + "Prepare:dense_1 WeightGradient:dense_1 Backward:dense_1 Prepare:dropout Backward:dropout Prepare:batch_normalization Backward:batch_normalization "
            + "Prepare:re_lu Backward:re_lu Prepare:dense WeightGradient:dense Backward:dense Prepare:flatten Backward:flatten Update",
            string.Join(' ', log.Entries));
        model.Probe = null;
        log.Entries.Clear();
        Train(model);
        Assert.Empty(log.Entries);
    }

    [Fact]
    public void An_input_gradient_tells_what_each_thread_did()
    {
        Sequential model = TestNetworks.SmallCnn(threads: 1);
        var log = new Log();
        model.Probe = log;
        float[] images = TestNetworks.Images(2, model.InputShape);
        model.InputGradient(images, [0, 1], Loss.MeanSquaredError, new float[images.Length]);
        Assert.Equal(["begin", "Prepare", "begin", "ShareCopy", "ShareForward:conv2d"], log.Entries[..5]);
        Assert.Equal(["ShareBackward:conv2d", "ShareCopy"], log.Entries[^2..]);
        Assert.Equal(1, log.Entries.Count(entry => entry == "ShareLoss"));
    }

    [Fact]
    public void No_bit_moves()
    {
        Sequential silent = Toy.Model();
        Sequential probed = Toy.Model();
        probed.Probe = new Log();
        Train(silent);
        Train(probed);
        Assert.Equal(TestNetworks.AllWeights(silent), TestNetworks.AllWeights(probed));
    }

    [Fact]
    public void Only_matrix_products_count_operations()
    {
        var model = new Sequential(SimpleCnn.Describe(new Shape(28, 28, 1), 10), seed: 1);
        // Two for a multiply-add: places x patch x units.
        Assert.Equal([2 * 196 * 9 * 32, 2 * 49 * 288 * 64, 2 * 3136 * 128, 2 * 128 * 10], model.Layers.Select(layer => layer.Flop).Where(flop => flop > 0));
    }

    private static void Train(Sequential model) =>
        model.TrainOnBatch(TestNetworks.Images(6, model.InputShape), TestNetworks.Labels(6, 4), Loss.CrossEntropy, new Adam());

    private sealed class Log : IStepProbe
    {
        public List<string> Entries { get; } = [];

        public void Begin() => Entries.Add("begin");

        public void Done(StepPart part, EngineLayer? layer = null) => Entries.Add(layer is null ? $"{part}" : $"{part}:{layer.Place.Name}");
    }
}
