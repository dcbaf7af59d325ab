namespace AdvNotebooks.Cli.Attacks;

/// <summary>A piece of an attack as a file.</summary>
/// <param name="Schema">The form of the file.</param>
/// <param name="Plan">What it is a piece of.</param>
/// <param name="Number">Which piece, from 0.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Result">What was measured.</param>
internal sealed record AttackPiece(int Schema, AttackPlan Plan, int Number, double Seconds, RobustnessPiece Result)
{
    /// <summary>The form that is written.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Whether it is whole, and the piece that its number says.</summary>
    public bool IsSound() => Schema == CurrentSchema && Number >= 0 && Number < Plan.Pieces() && Result.IsSound()
        && Result.Start == Number * AttackPlan.PieceLength && Result.Labels.Count == Plan.LengthOf(Number);
}
