namespace AdvLib.Layers;

/// <summary>The values between two layers for a whole batch, and the loss's gradient with respect to them.</summary>
internal sealed unsafe class Activation(int size)
{
    /// <summary>A row of values an image.</summary>
    public ImageRows Values { get; } = new(size);

    /// <summary>A row of gradients an image.</summary>
    public ImageRows Gradients { get; } = new(size);

    public float* Value => Values.Own;

    public float* Gradient => Gradients.Own;

    /// <summary>Makes room for a batch; the contents are lost.</summary>
    public void Reserve(int batch)
    {
        Values.Reserve(batch);
        Gradients.Reserve(batch);
    }

    /// <summary>Places the batch among the images of a larger one; the contents are lost.</summary>
    public void Embed(int first, int total)
    {
        Values.Embed(first, total);
        Gradients.Embed(first, total);
    }
}
