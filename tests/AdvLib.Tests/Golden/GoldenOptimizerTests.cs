namespace AdvLib.Tests;

/// <summary>
/// Adam's weights, step by step, on gradients as small as its epsilon: where epsilon stands (Keras's form) and how the
/// moments are corrected decides the first digit there. Tolerance: 1e-6 of the largest weight, while a step is about 1e-3 of it.
/// </summary>
public sealed class GoldenOptimizerTests
{
    [Fact]
    public void Adam_agrees_where_epsilon_counts()
    {
        GoldenFile golden = GoldenFile.Open("optimizer");
        var model = new Sequential(Shape.Vector(6), seed: 1, new Dense(4));
        model.SetWeights([golden["dense.kernel"], golden["dense.bias"]]);
        var adam = new Adam(1e-3f);
        for (int step = 1; step <= 4; step++)
        {
            model.TrainOnBatch(golden.Values("images"), golden.Integers("labels"), Loss.CrossEntropy, adam);
            foreach (NamedTensor tensor in model.GetWeights())
                GoldenAssert.Close(golden.Values($"adam.{step}.{tensor.Name}"), tensor.Values, 1e-6, $"{tensor.Name} after step {step}");
        }
    }
}
