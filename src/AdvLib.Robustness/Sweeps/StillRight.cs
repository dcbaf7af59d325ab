namespace AdvLib;

/// <summary>Which images of a set a model still classifies right.</summary>
internal static class StillRight
{
    /// <summary>The places of the images that a model sees right without any attack.</summary>
    public static int[] Clean(IDifferentiableClassifier model, ImageSet images) =>
        Of(ImagePass.Of(model), images, [.. Enumerable.Range(0, images.Count)]);

    /// <summary>Those of some images that a model sees right under an attack.</summary>
    public static int[] Under<TModel>(IAttack<TModel> attack, TModel model, ImageSet images, ReadOnlySpan<int> places)
        where TModel : class, IDifferentiableClassifier => Of(ImagePass.Under(attack, model), images, places);

    private static int[] Of(ImagePass pass, ImageSet images, ReadOnlySpan<int> places)
    {
        var right = new List<int>();
        pass.Run(images, places, piece =>
        {
            for (int i = 0; i < piece.Count; i++)
            {
                if (piece.Predicted(i) == piece.Labels[i])
                    right.Add(piece.Places[i]);
            }
        });
        return [.. right];
    }
}
