namespace AdvLib.Tests;

public sealed class WhereUnprovedTests
{
    private const float Epsilon = 0.1f;

    // Class 1 where the first pixel is above 0.5: an epsilon of 0.1 proves the outer two of four, reads three, and misses one.
    private static readonly Sequential Model = Make();
    private static readonly ImageSet Pairs = new("pairs", Model.InputShape, 2, [0, 0, 0.45f, 0, 1, 0, 0.55f, 0], [0, 0, 1, 0]);
    private static readonly Pgd Steps = new(Epsilon) { Steps = 5 };

    [Fact]
    public void The_proved_stay_as_they_are_and_the_others_are_attacked_as_ever()
    {
        var proved = CertifiedAccuracy.Of(Model, Pairs, Epsilon);
        Assert.Equal([true, false, true, false], proved.Verified);
        AttackResult all = Steps.Attack(Model, Pairs), rest = new WhereUnproved(Steps, proved).Attack(Model, Pairs);
        float[] clean = TestNetworks.PixelsOf(Pairs), everywhere = TestNetworks.PixelsOf(all.Adversaries), there = TestNetworks.PixelsOf(rest.Adversaries);
        for (int i = 0; i < Pairs.Count; i++)
            Assert.Equal((proved.Verified[i] ? clean : everywhere)[(2 * i)..(2 * i + 2)], there[(2 * i)..(2 * i + 2)]);
        Assert.Equal(all.Gradients / 2, rest.Gradients);
        Assert.Equal(Evaluation.Under(Steps, Model, Pairs).Accuracy, Evaluation.Under(new WhereUnproved(Steps, proved), Model, Pairs).Accuracy);
    }

    [Fact]
    public void An_ensemble_leaves_as_many_of_a_trained_network_as_it_does_without_the_proofs()
    {
        Dataset data = Dataset.Load(Dataset.Synthetic, 600, 60, seed: 3);
        Sequential model = CertifiedCnn.Create(data.Train.Shape, data.Train.Classes, seed: 3, threshold: (Epsilon, 1 - Epsilon));
        var trainer = new CertifiedTrainer(model, new Adam(2e-3f), new CertifiedTraining(Epsilon)) { Progress = new ProgressLog() };
        trainer.Fit(data.Train, 3, 50, 3, cancellation: TestContext.Current.CancellationToken);
        var proved = CertifiedAccuracy.Of(model, data.Test, Epsilon);
        Assert.InRange(proved.VerifiedCount, 1, data.Test.Count - 1);
        IAttack<IDifferentiableClassifier> both = BehindThreshold.BothSides(AutoAttack.Standard(Epsilon, iterations: 5, queries: 20), model);
        Assert.Equal("AutoAttack eps 0.1, 5 steps, 20 queries, in front of the threshold and behind it, where nothing is proved", new WhereUnproved(both, proved).Name);
        Evaluation all = Evaluation.Under(both, model, data.Test), rest = Evaluation.Under(new WhereUnproved(both, proved), model, data.Test);
        Assert.Equal(all.Correct, rest.Correct);
        Assert.InRange(rest.Accuracy, proved.Share, proved.CleanShare);
    }

    [Fact]
    public void Proofs_of_other_images_are_refused()
    {
        var few = new WhereUnproved(Steps, CertifiedAccuracy.Of(Model, Pairs.Take(2), Epsilon));
        Assert.Equal(
            "Image 2 of a set, with proofs for 2. Expected: the set that was proved. Prove and attack the same images. (Parameter 'places')",
            Assert.Throws<ArgumentException>(() => few.Attack(Model, Pairs)).Message);
        Assert.StartsWith(
            "4 images, with proofs for 2. Expected: ",
            Assert.Throws<ArgumentException>(() => few.Perturb(Model, TestNetworks.PixelsOf(Pairs), [0, 0, 1, 0], new float[8])).Message, StringComparison.Ordinal);
    }

    private static Sequential Make()
    {
        var model = new Sequential(Shape.Vector(2), 1, new Dense(2));
        model.SetWeights([new NamedTensor("dense.kernel", [2, 2], [-1, 1, 0, 0]), new NamedTensor("dense.bias", [2], [0.5f, -0.5f])]);
        return model;
    }
}
