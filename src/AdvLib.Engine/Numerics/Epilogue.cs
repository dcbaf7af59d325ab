namespace AdvLib.Numerics;

/// <summary>
/// What a matrix product does with a finished element while it is still in a register: <c>max(value, 0)</c> when it rectifies, then
/// <c>value * scale + shift</c> by column when it has a scale; and what C held before is added when it adds. <c>bias</c> is what the sum
/// starts from.
/// </summary>
/// <param name="bias">One value a column, with slack like B; null for none.</param>
/// <param name="rectify">Whether to rectify.</param>
/// <param name="scale">One value a column, with slack; null for none.</param>
/// <param name="shift">One value a column, with slack; set when the scale is.</param>
/// <param name="adds">Whether to add to what C holds.</param>
internal readonly unsafe struct Epilogue(
    float* bias = null, bool rectify = false, float* scale = null, float* shift = null, bool adds = false)
{
    public readonly float* Bias = bias;
    public readonly bool Rectify = rectify;
    public readonly float* Scale = scale;
    public readonly float* Shift = shift;
    public readonly bool Adds = adds;

    /// <summary>The epilogue of the columns from <paramref name="column"/> on, for a depth block that may not be the last.</summary>
    public Epilogue At(int column, bool last) =>
        last ? new(null, Rectify, Scale is null ? null : Scale + column, Scale is null ? null : Shift + column, Adds) : default;
}
