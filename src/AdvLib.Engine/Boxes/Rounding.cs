namespace AdvLib.Boxes;

/// <summary>
/// How much wider a bound must be than real arithmetic says, so that it also holds for what a network computes in float32, whoever adds its
/// sums in whatever order, and although the bound itself is computed in float32.
/// </summary>
/// <remarks>
/// With u = 2^-24, a sum of n products comes out wrong by at most <c>g(n) sum |x_i w_i|</c>, <c>g(n) = n u / (1 - n u)</c>, in any order,
/// fused or not (Higham, "Accuracy and stability of numerical algorithms", 2002, section 3.1). For x in the box of centre m and radius r,
/// then:
/// <list type="bullet">
/// <item>the network's own <c>b + W x</c> is off by g (|b| + |W| (|m| + r));</item>
/// <item>our centre <c>b + W m</c> is off by g (|b| + |W| |m|);</item>
/// <item>our radius <c>|W| r'</c>, a sum of nothing negative, is too small by a factor of 1 - g at most.</item>
/// </list>
/// A radius <c>s |b| + |W| (r + s (|m| + r))</c> with <c>s = 2 g / (1 - g)</c> covers the three: (1 - g) (1 + s) = 1 + g for what
/// multiplies r, and (1 - g) s = 2 g for |m| and |b|. The few roundings of r' itself are four more terms of g. It costs a pass over r and
/// no product. What a backward linear bound needs stands at <see cref="LinearBox"/>.
/// </remarks>
internal static class Rounding
{
    /// <summary>What an element-wise step may lose, relative to |m| + r: at most eight roundings.</summary>
    public const float ElementWise = 1f / (1 << 21);

    /// <summary>
    /// What an affine map of single values may lose in any of its usual forms, relative to its terms: 16 roundings and more.
    /// </summary>
    public const float Affine = 1f / (1 << 19);

    /// <summary>Covers products too small for a normal float32: far more than a million times the smallest number.</summary>
    public const float Underflow = 1e-35f;

    /// <summary>
    /// g: what a sum of products may lose, relative to the sum of their magnitudes; a millionth more for this number's own rounding.
    /// </summary>
    /// <param name="terms">Number of products, a bias included.</param>
    public static float OfSum(int terms)
    {
        double share = (terms + 4.0) / (1 << 24);
        return share < 0.5 ? (float)(1.000001 * share / (1 - share)) : float.PositiveInfinity;
    }

    /// <summary>s: what a box that goes through sums of products must be widened by.</summary>
    /// <param name="terms">Number of products, a bias included.</param>
    public static float OfBox(int terms)
    {
        double share = OfSum(terms);
        return share < 1 ? (float)(2.000001 * share / (1 - share)) : float.PositiveInfinity;
    }
}
