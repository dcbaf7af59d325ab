namespace AdvLib;

/// <summary>
/// How a network is trained to be proved: interval bound propagation at an epsilon that grows, as Gowal et al. (2019) and Shi et al. (2021)
/// do.
/// </summary>
public sealed record CertifiedTraining
{
    /// <summary>Creates the settings.</summary>
    /// <param name="epsilon">Largest change of a pixel that is to be proved, in pixel units of [0, 1]; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is negative or not finite.</exception>
    public CertifiedTraining(float epsilon) => Epsilon = epsilon;

    /// <summary>Largest change of a pixel that is to be proved, in pixel units of [0, 1].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public float Epsilon
    {
        get;
        init => field = value >= 0 && float.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Epsilon), value, "Finite and at least 0, in pixel units, for example 0.1.");
    }

    /// <summary>
    /// Share of the run in which epsilon grows from 0 in equal steps, in [0, 1]. The learning rate stays where it is meanwhile, then falls
    /// along half a cosine to 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public double Ramp
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Ramp), value, "A share of the run, 0 to 1, for example 0.25.");
    } = 0.25;

    /// <summary>
    /// Weight of the clean images' loss once epsilon has grown, in [0, 1]; it falls to that from 1 while epsilon grows. 0, the default,
    /// leaves the clean images out from the start, which is a third less work.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The weight is out of range.</exception>
    public float Kappa
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Kappa), value, "A weight, 0 to 1, for example 0.5.");
    }

    /// <summary>
    /// Share of the pixels an attack may change that stay intervals, in (0, 1]; the others, those that matter most, are set to where one
    /// step of an attack would have them (after SABR, Müller et al. 2023). 1, the default, is the whole box: what is robust is then proved
    /// by bounds alone. Less asks less of the network, which gets more right, and leaves more to prove by cases.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is out of range.</exception>
    public float BoxShare
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BoxShare), value, "A share above 0, up to 1, for example 0.7.");
    } = 1;

    /// <summary>Decides the random starts of those attacks, together with the images.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Longest gradient over all weights together; a longer one is shortened to it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not positive.</exception>
    public float MaxGradientNorm
    {
        get;
        init => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxGradientNorm), value, "A length above 0, for example 10.");
    } = 10;

    /// <summary>The range that pixels are kept in.</summary>
    public PixelRange Clip { get; init; } = PixelRange.Unit;

    /// <summary>The settings, as a checkpoint keeps them.</summary>
    /// <returns>For example <c>epsilon 0.1, ramp 0.25, kappa 0</c>.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"epsilon {Epsilon:G9}, ramp {Ramp}, kappa {Kappa:G9}, gradients up to {MaxGradientNorm:G9}, pixels in {Clip}")
        + (BoxShare == 1 ? "" : FormattableString.Invariant($", boxes of {BoxShare:G9} of the pixels, seed {Seed}"));

    /// <summary>Epsilon at a point of the run.</summary>
    internal float EpsilonAt(double done) => Ramp == 0 ? Epsilon : (float)(Epsilon * Math.Min(1, done / Ramp));

    /// <summary>Whether epsilon still grows after a point of the run.</summary>
    internal bool IsGrowing(double done) => done < Ramp;

    /// <summary>Weight of the clean loss at a point of the run.</summary>
    internal float KappaAt(double done) => Kappa == 0 || Ramp == 0 ? Kappa : (float)(1 + ((Kappa - 1) * Math.Min(1, done / Ramp)));

    /// <summary>Learning rate at a point of the run, as a share of the highest; never quite 0.</summary>
    internal float RateAt(double done) =>
        done < Ramp || Ramp == 1 ? 1 : (float)Math.Max(0.002, (1 + Math.Cos(Math.PI * (done - Ramp) / (1 - Ramp))) / 2);
}
