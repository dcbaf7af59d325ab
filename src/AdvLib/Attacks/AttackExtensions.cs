namespace AdvLib;

/// <summary>Attacks on whole image sets.</summary>
public static class AttackExtensions
{
    /// <summary>Attacks every image of a set.</summary>
    /// <typeparam name="TModel">What the attack needs of a model.</typeparam>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">The images.</param>
    /// <returns>The adversarial images with the original labels; float pixels.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model, or the attack's goal does not fit the images.</exception>
    public static ImageSet Perturb<TModel>(this IAttack<TModel> attack, TModel model, ImageSet images)
        where TModel : class, IClassifier => ImagePass.Under(attack, model).Perturb(images);

    /// <summary>Attacks every image of a set, and says what came of it.</summary>
    /// <typeparam name="TModel">What the attack needs of a model.</typeparam>
    /// <param name="attack">The attack.</param>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">The images.</param>
    /// <returns>Adversarial images, what the model sees in them, and the cost.</returns>
    /// <exception cref="ShapeMismatchException">The images do not fit the model, or the attack's goal does not fit the images.</exception>
    public static AttackResult Attack<TModel>(this IAttack<TModel> attack, TModel model, ImageSet images)
        where TModel : class, IClassifier
    {
        ArgumentNullException.ThrowIfNull(images);
        ImagePass pass = ImagePass.Under(attack, model);
        ModelFit.Check(model, images);
        int size = images.Shape.Size;
        var adversaries = new float[checked(images.Count * size)];
        var predictions = new int[images.Count];
        pass.Run(images, piece =>
        {
            for (int i = 0; i < piece.Count; i++)
            {
                piece.Image(i).CopyTo(adversaries.AsSpan(piece.Places[i] * size));
                predictions[piece.Places[i]] = piece.Predicted(i);
            }
        });
        return new AttackResult(
            attack.Name, images, images.WithPixels($"{images.Name}, {attack.Name}", adversaries), predictions,
            Reached(attack, model, images, predictions))
        {
            Gradients = pass.Gradients,
            Queries = pass.Queries,
        };
    }

    // For each image whether the attack's goal was reached.
    private static bool[] Reached<TModel>(IAttack<TModel> attack, TModel model, ImageSet images, int[] predictions)
        where TModel : class, IClassifier
    {
        Goal goal = attack.Goal;
        if (goal == Goal.LeaveLabel)
            return [.. predictions.Select((prediction, i) => prediction != images.Label(i))];
        var reached = new bool[images.Count];
        ImagePass.Of(model).Run(images, piece =>
        {
            var classes = new int[piece.Count];
            goal.Select(piece.Places).Choose(model, piece.Images, piece.Labels, classes);
            for (int i = 0; i < piece.Count; i++)
                reached[piece.Places[i]] = goal.IsTarget == (predictions[piece.Places[i]] == classes[i]);
        });
        return reached;
    }
}
