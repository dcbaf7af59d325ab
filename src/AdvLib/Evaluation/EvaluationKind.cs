namespace AdvLib;

/// <summary>What kind of images a number was measured on.</summary>
public enum EvaluationKind
{
    /// <summary>Images as they are.</summary>
    Clean,

    /// <summary>Adversarial images made from this model, as it is now: what an attacker who sees the model reaches.</summary>
    Fresh,

    /// <summary>Adversarial images made from an earlier state of the model: they say nothing about an attacker who sees it now.</summary>
    Stale,

    /// <summary>Adversarial images made from another model.</summary>
    Transfer,

    /// <summary>Images with random noise.</summary>
    Noise,
}
