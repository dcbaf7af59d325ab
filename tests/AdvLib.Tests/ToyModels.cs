namespace AdvLib.Tests;

/// <summary>Trained models of the toy task.</summary>
internal static class ToyModels
{
    public static Sequential Trained(int epochs)
    {
        Sequential model = Toy.Model();
        new Trainer(model, new Adam(0.01f)) { Progress = new ProgressLog() }.Fit(Toy.Set(600), epochs, 32);
        return model;
    }
}
