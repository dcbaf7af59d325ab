namespace AdvLib.Boxes;

/// <summary>
/// Lower bounds of some numbers as linear functions of a layer's values: <c>sum_i a_i x_i + constant</c>, one function a row. The
/// coefficients lie in the layer's <see cref="Box"/>, the constants here; whoever rounds takes what that may lose off a constant.
/// </summary>
/// <param name="box">The box that they bound.</param>
/// <param name="first">Their first row; those of other boxes follow on.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="constants">One a row.</param>
internal readonly struct LinearRows(int box, int first, int rows, double[] constants)
{
    public int Box => box;

    public int First => first;

    public int Count => rows;

    /// <summary>The row behind the last.</summary>
    public int End => first + rows;

    /// <summary>Adds to the constant of a row.</summary>
    /// <param name="row">Row of the box.</param>
    /// <param name="value">What to add.</param>
    public void Add(int row, double value) => constants[row] += value;
}
