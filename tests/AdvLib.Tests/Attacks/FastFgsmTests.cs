namespace AdvLib.Tests;

public sealed class FastFgsmTests
{
    private const float Epsilon = 0.3f;

    private static readonly Sequential Model = ToyModels.Trained(epochs: 3);
    private static readonly ImageSet Images = Toy.Set(40, seed: 5);

    [Fact]
    public void It_is_one_free_step_from_a_draw_of_the_whole_ball_then_cut()
    {
        ImageSet free = (new Pgd(Epsilon) { Steps = 1, StepSize = 1.25f * Epsilon, Clip = null }).Perturb(Model, Images);
        ImageSet fast = new FastFgsm(Epsilon).Perturb(Model, Images);
        float[] expected = [.. TestNetworks.PixelsOf(free).Select(pixel => Math.Clamp(pixel, 0, 1))];
        Assert.Equal(expected, TestNetworks.PixelsOf(fast));
    }

    [Fact]
    public void Black_pixels_that_darken_the_loss_end_anywhere_in_the_ball_and_not_at_its_edge_alone()
    {
        ImageSet digits = SyntheticDigits.Create(20, 5, RandomPurpose.TestDigits);
        INetwork model = SimpleCnn.Create(digits.Shape, 10, seed: 3);
        float[] clean = TestNetworks.PixelsOf(digits), fast = TestNetworks.PixelsOf(new FastFgsm(Epsilon).Perturb(model, digits));
        float[] clipped = TestNetworks.PixelsOf(new Pgd(Epsilon) { Steps = 1, StepSize = 1.25f * Epsilon }.Perturb(model, digits));
        Assert.True(Inside(fast) > 100, $"{Inside(fast)} pixels inside");
        Assert.True(Inside(fast) > 1.5 * Inside(clipped), $"{Inside(fast)} and {Inside(clipped)} pixels inside");

        int Inside(float[] adversaries) => Enumerable.Range(0, clean.Length)
            .Count(i => clean[i] == 0 && adversaries[i] > 0 && adversaries[i] < Epsilon - 1e-6f);
    }

    [Fact]
    public void Every_batch_starts_elsewhere_at_its_own_epsilon_and_0_changes_nothing()
    {
        var attack = new FastFgsm(Epsilon);
        Assert.Equal(0.1f, ((FastFgsm)attack.ForBatch(0.1f, 3)).Epsilon);
        Assert.NotEqual(TestNetworks.PixelsOf(attack.ForBatch(Epsilon, 0).Perturb(Model, Images)), TestNetworks.PixelsOf(attack.ForBatch(Epsilon, 1).Perturb(Model, Images)));
        Assert.Equal(TestNetworks.PixelsOf(Images), TestNetworks.PixelsOf(attack.ForBatch(0, 0).Perturb(Model, Images)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FastFgsm(Epsilon) { Step = -1 });
    }
}
