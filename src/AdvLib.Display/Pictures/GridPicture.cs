namespace AdvLib;

/// <summary>One picture of an <see cref="ImageGrid"/>.</summary>
/// <param name="Pixels">Its values, NHWC, as many as the grid's shape holds.</param>
/// <param name="AroundZero">Whether it is a perturbation or a gradient, shown around zero; else an image with values in [0, 1].</param>
/// <param name="Caption">The words under it, lines separated by <c>\n</c>.</param>
/// <param name="Wrong">Whether it is framed as a wrong prediction.</param>
public sealed record GridPicture(IReadOnlyList<float> Pixels, bool AroundZero, string Caption, bool Wrong);
