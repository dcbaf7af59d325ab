// Runs without a cancellation token are what these tests are about.
#pragma warning disable xUnit1051

namespace AdvLib.Tests;

/// <summary>The defences as a user puts them together, on the toy task.</summary>
public sealed class DefencesTests
{
    private const float Epsilon = 0.15f;
    private static readonly Pgd Attack = new(Epsilon) { Steps = 4 };

    public static TheoryData<string> Defences => ["adversarial only", "PGD", "fast FGSM", "TRADES", "range"];

    [Theory]
    [MemberData(nameof(Defences))]
    public void Robustness_rises_and_the_seed_decides_the_bits_on_any_number_of_threads(string defence)
    {
        double plain = Robust(Train("none"));
        Sequential model = Train(defence);
        Assert.True(Robust(model) > plain + 0.1, $"{defence}: {Robust(model):0.000}, without {plain:0.000}");
        Assert.Equal(TestNetworks.AllWeights(model), TestNetworks.AllWeights(Train(defence, threads: 3)));
    }

    private static double Robust(Sequential model) => Evaluation.Under(new Pgd(Epsilon), model, Toy.Set(300, seed: 9)).Accuracy;

    private static Sequential Train(string defence, int threads = 1)
    {
        Sequential model = Toy.Model(threads: threads);
        ImageSet images = Toy.Set(300);
        IBatchSource batches = defence switch
        {
            "adversarial only" => new AdversarialBatches(model, images, 30, Epsilon),
            "PGD" => new AdversarialBatches(model, images, 30, Attack, schedule: new() { WarmUpBatches = 20 }),
            "fast FGSM" => new AdversarialBatches(model, images, 30, new Pgd(Epsilon) { Steps = 1, StepSize = 1.25f * Epsilon }),
            "TRADES" => new MixedAdversarialBatches(model, images, 60, new TradesAttack(Attack)) { Paired = true },
            "range" => new MixedAdversarialBatches(model, images, 60, Attack, schedule: new() { Lowest = 0.05f }),
            _ => new ShuffledBatches(images, 30, seed: 1),
        };
        var trainer = new Trainer(model, new Adam(), defence == "TRADES" ? new Trades(2) : null) { Schedule = new OneCycle(0.02f), Progress = new ProgressLog() };
        trainer.Fit(batches, stepsPerEpoch: 20, epochs: 15);
        return model;
    }
}
