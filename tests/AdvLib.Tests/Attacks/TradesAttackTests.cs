namespace AdvLib.Tests;

public sealed class TradesAttackTests
{
    private const int Count = 30;
    private static readonly float[] Images = TestNetworks.Images(Count, TestNetworks.Small);
    private static readonly int Size = TestNetworks.Small.Size;

    [Fact]
    public void It_moves_the_answer_further_than_its_start_and_further_than_noise()
    {
        Sequential model = TestNetworks.SmallCnn();
        double start = Divergence(model, Perturb(model, new Pgd(0.1f) { Steps = 1, StepSize = 0 }));
        double few = Divergence(model, Perturb(model, new Pgd(0.1f) { Steps = 2 }));
        double many = Divergence(model, Perturb(model, new Pgd(0.1f) { Steps = 20 }));
        Assert.True(0 < start && 3 * start < few && few < many, $"{start}, {few}, {many}");
    }

    [Fact]
    public void Labels_and_other_images_of_the_batch_play_no_role()
    {
        Sequential model = TestNetworks.SmallCnn();
        var attack = new TradesAttack(new Pgd(0.1f) { Steps = 3 });
        var (all, others) = (new float[Images.Length], new float[Images.Length]);
        attack.Perturb(model, Images, new int[Count], all);
        attack.Perturb(model, Images, TestNetworks.Labels(Count, 4), others);
        Assert.Equal(all, others);
        Assert.All(all.Zip(Images), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.100001));
        for (int i = 0; i < Count; i += 7)
        {
            var one = new float[Size];
            attack.Perturb(model, Images.AsSpan(i * Size, Size), [0], one);
            Assert.Equal(all[(i * Size)..((i + 1) * Size)], one);
        }
    }

    [Fact]
    public void For_a_batch_it_has_that_epsilon_another_start_and_steps_to_match()
    {
        var attack = new TradesAttack(new Pgd(0.2f) { Steps = 4, StepSize = 0.1f });
        Assert.Equal("TRADES by PGD-4 eps 0.2, cross-entropy, clipped to [0, 1]", attack.Name);
        Assert.Equal(new TradesAttack(new Pgd(0.1f) { Steps = 4, StepSize = 0.05f, Seed = 45 }), attack.ForBatch(0.1f, 3));
        Assert.Equal(0.2f, attack.Epsilon);
        Assert.Equal(new Pgd(0.1f) { Steps = 5, Seed = 43 }, new Pgd(0.2f) { Steps = 5 }.ForBatch(0.1f, 1));
        Assert.Equal(new Fgsm(0.1f), new Fgsm(0.2f).ForBatch(0.1f, 1));
        var fgsm = new Fgsm(0.2f);
        Assert.Same(fgsm, fgsm.ForBatch(0.2f, 1));
    }

    [Fact]
    public void A_start_at_the_image_or_a_target_is_refused()
    {
        Assert.Contains("Set RandomStart", Assert.Throws<ArgumentException>(() => new TradesAttack(Pgd.Bim(0.1f))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TradesAttack(new Pgd(0.1f) { Goal = Goal.Reach(1) }));
    }

    private static float[] Perturb(Sequential model, Pgd pgd)
    {
        var adversaries = new float[Images.Length];
        new TradesAttack(pgd).Perturb(model, Images, new int[Count], adversaries);
        return adversaries;
    }

    private static double Divergence(Sequential model, float[] adversaries)
    {
        var loss = new KullbackLeibler(model.Predict(Images), 4);
        float[] logits = TestNetworks.LogitsOf(model, adversaries);
        return Enumerable.Range(0, Count).Average(i => (double)loss.EvaluateAt(i, logits.AsSpan(i * 4, 4), 0, new float[4]));
    }
}
