namespace AdvLib;

/// <summary>Reads an image as one vector, rows first, channels last. Row-major memory makes this a change of shape alone.</summary>
public sealed class Flatten : ImagewiseLayer
{
    internal override string Kind => "flatten";

    internal override bool InPlace => true;

    internal override Shape Configure(Shape input) => Shape.Vector(input.Size);

    internal override void Forward(int from, int to)
    {
    }

    internal override void Backward(int from, int to)
    {
    }
}
