using System.Globalization;
using System.Text.Json;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>
/// A folder of an attack's pieces, a file each, that appear whole or not at all. Any number of processes may fill it at a time.
/// </summary>
/// <param name="folder">The folder.</param>
internal sealed class AttackFolder(string folder)
{
    private const string Pattern = "piece-*.json";

    /// <summary>The folder's path.</summary>
    public string Path => folder;

    /// <summary>The plan's pieces that are not there yet.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>Their numbers, in order.</returns>
    /// <exception cref="DataFileException">The folder holds another plan's pieces, or a damaged one.</exception>
    public IReadOnlyList<int> Missing(AttackPlan plan)
    {
        if (!System.IO.Path.Exists(folder))
            return [.. Enumerable.Range(0, plan.Pieces())];
        HashSet<int> there = [.. Read([folder]).Select(piece => Belongs(piece, plan).Number)];
        return [.. Enumerable.Range(0, plan.Pieces()).Where(piece => !there.Contains(piece))];
    }

    /// <summary>Whether a piece is there, whoever has written it.</summary>
    /// <param name="piece">Its number.</param>
    /// <returns>True once it is whole.</returns>
    public bool Holds(int piece) => File.Exists(PathOf(piece));

    /// <summary>Writes a piece.</summary>
    /// <param name="piece">The piece.</param>
    public void Write(AttackPiece piece)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.Write(PathOf(piece.Number), stream => JsonSerializer.Serialize(stream, piece, AttackJson.Strict.AttackPiece));
    }

    /// <summary>Reads pieces from folders and files.</summary>
    /// <param name="places">Folders of pieces, or pieces.</param>
    /// <returns>The pieces.</returns>
    /// <exception cref="DataFileException">A place is not there, or a file is no piece.</exception>
    public static IEnumerable<AttackPiece> Read(IEnumerable<string> places) => places.SelectMany(Files).Select(ReadOne);

    /// <summary>Puts pieces together.</summary>
    /// <param name="places">Folders of pieces, or pieces; one may be there more than once.</param>
    /// <returns>All pieces of one plan, in order.</returns>
    /// <exception cref="DataFileException">One is missing, damaged, or another plan's.</exception>
    public static IReadOnlyList<AttackPiece> ReadWhole(IReadOnlyList<string> places)
    {
        var pieces = new SortedDictionary<int, AttackPiece>();
        foreach (AttackPiece piece in Read(places))
            pieces[Belongs(piece, pieces.Count == 0 ? piece.Plan : pieces.Values.First().Plan).Number] = piece;
        string where = string.Join(", ", places);
        if (pieces.Count == 0)
            throw new DataFileException($"{where}: no piece of an attack.", "files piece-*.json.", "Name the --work folder of the shards.");
        AttackPlan plan = pieces.Values.First().Plan;
        int[] missing = [.. Enumerable.Range(0, plan.Pieces()).Where(piece => !pieces.ContainsKey(piece))];
        return missing.Length == 0 ? [.. pieces.Values] : throw new DataFileException(
            $"{where}: {missing.Length} of {plan.Pieces()} pieces are missing, the first is {missing[0]}.", "all pieces.",
            "Run the shards that are not finished again: they do only what is missing. Or name their folders too.");
    }

    private string PathOf(int piece) =>
        System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"piece-{piece:D6}.json"));

    private static IEnumerable<string> Files(string place) => Directory.Exists(place)
        ? Directory.EnumerateFiles(place, Pattern).Order(StringComparer.Ordinal)
        : [place];

    private static AttackPiece ReadOne(string path)
    {
        try
        {
            AttackPiece piece = JsonSerializer.Deserialize(File.ReadAllText(path), AttackJson.Strict.AttackPiece)
                ?? throw new JsonException("it is null.");
            return piece.IsSound() ? piece : throw new JsonException("its numbers do not belong together.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(
                $"'{path}' is no piece of an attack: {e.Message}", "a piece that advnb attack has written.",
                "Remove it: a rerun makes it again.", e);
        }
    }

    private static AttackPiece Belongs(AttackPiece piece, AttackPlan plan) => piece.Plan.Hash() == plan.Hash() ? piece
        : throw new DataFileException(
            $"Piece {piece.Number} is of another attack: {piece.Plan.Model} on {piece.Plan.Images} images of {piece.Plan.Data}, "
            + FormattableString.Invariant($"{piece.Plan.Norm} epsilon {piece.Plan.Epsilon:G3}, plan {piece.Plan.Hash()}."),
            $"pieces of {plan.Model}, plan {plan.Hash()}: of the same model, images and settings.",
            "Name another folder, or remove what is in it.");
}
