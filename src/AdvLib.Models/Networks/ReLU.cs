namespace AdvLib;

/// <summary>Rectified linear unit: <c>y = max(x, 0)</c>, <c>dx = dy where y > 0</c>.</summary>
public sealed record ReLU : Layer
{
    /// <inheritdoc/>
    public override string Kind => "re_lu";
}
