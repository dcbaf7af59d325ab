namespace AdvLib;

/// <summary>How the size of a perturbation is measured, over all pixels of an image.</summary>
public enum Norm
{
    /// <summary>The largest change of a pixel.</summary>
    Linf,

    /// <summary>The root of the sum of squared changes.</summary>
    L2,

    /// <summary>The sum of the changes' sizes.</summary>
    L1,
}
