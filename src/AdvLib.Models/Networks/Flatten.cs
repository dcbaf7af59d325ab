namespace AdvLib;

/// <summary>Reads an image as one vector, rows first, channels last. Row-major memory makes this a change of shape alone.</summary>
public sealed record Flatten : Layer
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override Shape OutputShape(Shape input) => Shape.Vector(input.Size);
}
