namespace AdvLib;

/// <summary>Runs PGD again and again, each time from another random start and only on the images that no run has fooled.</summary>
internal readonly ref struct PgdRestarts(
    Pgd attack, IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> goals)
{
    private readonly ReadOnlySpan<float> _images = images;
    private readonly ReadOnlySpan<int> _goals = goals;

    public void Run(Span<float> adversaries)
    {
        var worst = new WorstFound(_images, _goals.Length);
        for (int restart = 0; restart < attack.Restarts && !worst.Standing.IsEmpty; restart++)
        {
            float[] clean = worst.Rows(_images);
            int[] goals = worst.Rows(_goals);
            Loss loss = attack.Loss.Select(worst.Standing);
            var found = new float[clean.Length];
            try
            {
                attack.Run(model, clean, goals, loss, restart, found);
            }
            catch (NumericalFaultException fault) when (fault.Image is not null)
            {
                throw fault.Among(worst.Standing);
            }

            Judge(found, goals, loss, worst);
        }

        worst.Adversaries.CopyTo(adversaries);
    }

    // What an adversary is worth: its loss, lowered when that was the aim.
    private void Judge(float[] found, int[] goals, Loss loss, WorstFound worst)
    {
        int classes = model.Classes;
        var logits = new float[goals.Length * classes];
        model.Logits(found, logits);
        worst.CheckAnswer(logits, "the logits");
        Span<float> ignored = new float[classes];
        for (int k = 0; k < goals.Length; k++)
        {
            ReadOnlySpan<float> row = logits.AsSpan(k * classes, classes);
            float value = loss.EvaluateAt(k, row, goals[k], ignored);
            bool reached = attack.Goal.IsTarget == (row.IndexOfMax() == goals[k]);
            worst.Offer(k, found.AsSpan(k * model.InputShape.Size, model.InputShape.Size), attack.Goal.IsTarget ? -value : value, reached);
        }

        worst.Leave();
    }
}
