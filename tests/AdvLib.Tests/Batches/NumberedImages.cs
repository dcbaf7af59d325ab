namespace AdvLib.Tests;

/// <summary>
/// Images that can be told apart after they went through batches and attacks: image i is i / 1024 everywhere, of class i % classes.
/// Attacks with a smaller epsilon than half of that leave the number legible; all sums are exact in float32.
/// </summary>
internal static class NumberedImages
{
    public const float Epsilon = 1f / 4096;
    public const int Classes = 5;
    private const float Unit = 1f / 1024;

    public static ImageSet Create(int count, Shape shape, int classes = Classes) => new("numbered", shape, classes,
        [.. Enumerable.Range(0, count).SelectMany(i => Enumerable.Repeat(i * Unit, shape.Size))], [.. Enumerable.Range(0, count).Select(i => (byte)(i % classes))]);

    /// <summary>Reads the batch's images: their numbers, and the changes of their pixels.</summary>
    public static List<(int Number, float[] Changes)> Read(Batch batch)
    {
        int size = batch.Images.Length / batch.Count;
        var read = new List<(int, float[])>();
        for (int i = 0; i < batch.Count; i++)
        {
            float[] image = [.. batch.Images.Slice(i * size, size)];
            int number = (int)MathF.Round(image[0] / Unit);
            read.Add((number, [.. image.Select(pixel => pixel - number * Unit)]));
        }

        return read;
    }

    /// <summary>The numbers of the batch's images, in its order.</summary>
    public static int[] Numbers(Batch batch) => [.. Read(batch).Select(image => image.Number)];

    /// <summary>Whether each image was changed, in the batch's order.</summary>
    public static bool[] Attacked(Batch batch) => [.. Read(batch).Select(image => image.Changes.Any(change => change != 0))];
}
