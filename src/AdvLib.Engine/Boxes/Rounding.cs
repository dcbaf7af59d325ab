namespace AdvLib.Boxes;

/// <summary>
/// How much wider a bound must be than real arithmetic says, so that it also holds for what a network computes in float32, whoever adds
/// its sums in whatever order, and although the bound itself is computed in float32.
/// </summary>
/// <remarks>
/// With u = 2^-24, a sum of n products comes out wrong by at most <c>g(n) sum |x_i w_i|</c>, <c>g(n) = n u / (1 - n u)</c>, in any order, fused or
/// not (Higham, "Accuracy and stability of numerical algorithms", 2002, section 3.1). For x in the box of centre m and radius r, then:
/// <list type="bullet">
/// <item>the network's own <c>b + W x</c> is off by g (|b| + |W| (|m| + r));</item>
/// <item>our centre <c>b + W m</c> is off by g (|b| + |W| |m|);</item>
/// <item>our radius <c>|W| r'</c>, a sum of nothing negative, is too small by a factor of 1 - g at most.</item>
/// </list>
/// A radius <c>4 g |b| + |W| (r + 4 g (|m| + r))</c> covers the three: (1 - g) (1 + 4 g) >= 1 + g and (1 - g) 4 g >= 2 g as long as g is at most
/// 1/4. It costs a pass over r and no product. What a backward linear bound needs beyond that stands at <see cref="LinearBox"/>.
/// </remarks>
internal static class Rounding
{
    /// <summary>What an element-wise step may lose, relative to |m| + r: at most eight roundings.</summary>
    public const float ElementWise = 1f / (1 << 21);

    /// <summary>What an affine map of single values may lose in any of its usual forms, relative to its terms: 16 roundings and more.</summary>
    public const float Affine = 1f / (1 << 19);

    /// <summary>Covers products too small for a normal float32: far more than a million times the smallest number.</summary>
    public const float Underflow = 1e-35f;

    /// <summary>Four times g: what a sum of products may lose, relative to the sum of their magnitudes.</summary>
    /// <param name="terms">Number of products, a bias included.</param>
    public static float OfSum(int terms)
    {
        double share = terms / (double)(1 << 24);
        return (float)(4.000001 * share / (1 - share));
    }
}
