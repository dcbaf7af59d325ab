using System.Text;
using System.Text.Json.Nodes;

namespace AdvLib;

/// <summary>
/// The HTML of an explorer: a table of all adversaries, which needs neither script nor style, and a script that turns it into a slider.
/// The script takes the adversaries from the table, so that each picture is there once; it finds its places by class, so that
/// nothing has an id and many explorers, the same one even, share a page. All of it is well-formed XML.
/// </summary>
public sealed record ExplorerFragment(string Title, string Attack, Shape Shape, IReadOnlyList<string> Models, IReadOnlyList<float> Epsilons,
    IReadOnlyList<ExplorerDigit> Digits)
{
    private const double Zoom = 44;
    private static readonly string Style = Resource("EpsilonExplorer.css");
    private static readonly string Script = Resource("EpsilonExplorer.js");

    private double Scale { get; } = Digits
        .SelectMany(digit => digit.Frames.SelectMany(frames => frames, (_, frame) => Change(digit, frame).Max(Math.Abs)))
        .Max() is > 0 and var largest ? largest : 1;

    /// <summary>The whole explorer.</summary>
    /// <returns>An HTML fragment: a table of all pictures, and the script that puts a slider over it.</returns>
    public string ToHtml() => $"""
        <div class="advlib-explorer">
        <style>{Style}</style>
        <div class="advx-static">
        {Static()}
        </div>
        <script type="application/json">{Data().ToJsonString()}</script>
        <script>{Script}</script>
        </div>
        """.ReplaceLineEndings("\n");

    /// <summary>The predictions as a table, a row a digit and model.</summary>
    public TableView Table()
    {
        var table = new TableView(Title, ["label", "model", .. Epsilons.Select(epsilon => Show.Value(epsilon))])
        {
            Align = "ll" + new string('r', Epsilons.Count),
        };
        foreach (ExplorerDigit digit in Digits)
        {
            for (int m = 0; m < Models.Count; m++)
                table = table.Row(
                    [Show.Value(digit.Label), Models[m], .. digit.Frames[m].Select(frame =>
                        $"{frame.Class}{(frame.Class == digit.Label ? "" : "!")} {Show.Brief(frame.Confidence, percent: true)}")]);
        }
        return table.Note("Predicted class, \"!\" when it is wrong, and its probability. "
            + $"Each model is attacked through its own gradient, by {Attack}, at the largest epsilon.");
    }

    private string Static()
    {
        var html = new StringBuilder($"<p><strong>{Show.Escape(Title)}</strong><br/>{Show.Escape(Explanation())}</p>\n"
            + "<div style=\"overflow-x:auto\"><table>\n<thead><tr>");
        string[] heads =
            ["label", "model", .. Epsilons.Select(epsilon => "epsilon " + Show.Value(epsilon)), "perturbation at the largest epsilon"];
        foreach (string head in heads)
            html.Append($"<th scope=\"col\">{Show.Escape(head)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (ExplorerDigit digit in Digits)
        {
            for (int m = 0; m < Models.Count; m++)
            {
                html.Append("<tr>").Append(m == 0 ? $"<th scope=\"rowgroup\" rowspan=\"{Models.Count}\">{digit.Label}</th>" : "")
                    .Append($"<th scope=\"row\">{Show.Escape(Models[m])}</th>");
                for (int e = 0; e < Epsilons.Count; e++)
                {
                    ExplorerFrame frame = digit.Frames[m][e];
                    bool wrong = frame.Class != digit.Label;
                    string says = wrong ? $"<strong>✗ {frame.Class}</strong>" : $"{frame.Class}";
                    html.Append($"<td{(wrong ? " class=\"advx-miss\"" : "")}>")
                        .Append(Picture(PixelColours.DataUri(frame.Adversary, Shape.Height, Shape.Width),
                            $"a {digit.Label} at epsilon {Show.Value(Epsilons[e])}, {(wrong ? "wrong" : "right")}"))
                        .Append($"<br/>{says}<br/>{Show.Brief(frame.Confidence, percent: true)}</td>");
                }
                html.Append("<td>")
                    .Append(Picture(Perturbation(digit, digit.Frames[m][^1]), "what the attack adds")).Append("</td></tr>\n");
            }
        }
        return html.Append("</tbody></table></div>").ToString();
    }

    private string Explanation() =>
        $"Each model is attacked through its own gradient, by {Attack}, at the largest epsilon, and shown the result: "
        + "the predicted class, ✗ when it is wrong, and its probability. "
        + $"Perturbations run from -{Show.Value(Scale)} ({(Shape.Channels == 3 ? "dark" : "blue")}) to +{Show.Value(Scale)} "
        + $"({(Shape.Channels == 3 ? "light" : "red")}).";

    private string Picture(string address, string alt)
    {
        double scale = Zoom / Math.Max(Shape.Height, Shape.Width);
        return $"<img src=\"{address}\" alt=\"{Show.Escape(alt)}\" width=\"{Show.Coordinate(Shape.Width * scale)}\" "
            + $"height=\"{Show.Coordinate(Shape.Height * scale)}\"/>";
    }

    private JsonObject Data()
    {
        static JsonArray Array(IEnumerable<JsonNode?> nodes) => [.. nodes];
        return new JsonObject
        {
            ["title"] = Title,
            ["attack"] = Attack,
            ["models"] = Array(Models.Select(name => JsonValue.Create(name))),
            ["epsilons"] = Array(Epsilons.Select(epsilon => JsonValue.Create(Show.Value(epsilon)))),
            ["scale"] = Show.Value(Scale),
            ["grey"] = Shape.Channels == 3,
            ["start"] = Math.Min((Epsilons.Count + 1) / 2, Epsilons.Count - 1),
            ["digits"] = Array(Digits.Select(digit => new JsonObject
            {
                ["label"] = digit.Label,
                ["image"] = PixelColours.DataUri(digit.Image, Shape.Height, Shape.Width),
                ["perturbations"] = Array(
                    digit.Frames.Select(frames => Array(frames.Select(frame => JsonValue.Create(Perturbation(digit, frame)))))),
                ["probabilities"] = Array(digit.Frames.Select(
                    frames => Array(frames.Select(frame => Array(frame.Probabilities.Select(p => JsonValue.Create(Math.Round(p, 4)))))))),
            })),
        };
    }

    private string Perturbation(ExplorerDigit digit, ExplorerFrame frame) =>
        PixelColours.DataUri(Change(digit, frame), Shape.Height, Shape.Width, Scale);

    private static float[] Change(ExplorerDigit digit, ExplorerFrame frame) =>
        [.. frame.Adversary.Zip(digit.Image, (after, before) => after - before)];

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ExplorerFragment).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
