namespace AdvLib;

/// <summary>Which class an attack leaves or reaches.</summary>
public enum AttackGoal
{
    /// <summary>Leave the class given as label.</summary>
    Untargeted,

    /// <summary>
    /// Leave the class that the model sees in the clean image, whatever the label: without it, an adversary may tell a model in training
    /// the true label (Kurakin, Goodfellow and Bengio, "Adversarial machine learning at scale", 2017).
    /// </summary>
    LeavePrediction,

    /// <summary>Reach the class given as label.</summary>
    Targeted,

    /// <summary>Reach the class that the model holds least likely for the clean image, whatever the label (Kurakin et al., 2017).</summary>
    LeastLikely,
}
