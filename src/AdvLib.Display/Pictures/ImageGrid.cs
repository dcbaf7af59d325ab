namespace AdvLib;

/// <summary>
/// Small pictures in rows, each with a caption: images (grey or colour, values in [0, 1]; others are clamped for display, and the grid says
/// so) and signed perturbations (blue below zero, white, red above, on one scale for the whole grid). Pixels stay sharp squares. Immutable.
/// </summary>
/// <example><code>
/// ImageGrid.Triples("FGSM, eps 0.1", examples, shape)
/// new ImageGrid("Samples", shape, columns: 5).Add(image, "label 7").AddSigned(perturbation, "what FGSM adds")
/// </code></example>
[TypeFormatterSource(typeof(VisualFormatters), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed record ImageGrid : IPicture
{
    /// <summary>Starts a grid.</summary>
    /// <param name="title">What the pictures are.</param>
    /// <param name="shape">The shape of every picture: one channel for grey, three for red, green, blue.</param>
    /// <param name="columns">Pictures in a row, at least 1.</param>
    /// <exception cref="ShapeMismatchException">Neither one channel nor three.</exception>
    /// <exception cref="DisplayDataException">No columns.</exception>
    public ImageGrid(string title, Shape shape, int columns = 10)
    {
        if (shape.Size < 1 || shape.Channels is not (1 or 3))
            throw new ShapeMismatchException(
                $"Pictures of shape {shape}.", "1 channel (grey) or 3 (red, green, blue).", "Show the channels one by one.");
        if (columns < 1)
            throw new DisplayDataException($"{columns} columns.", "at least 1.", "Say how many pictures a row holds.");
        (Title, Shape, Columns) = (title, shape, columns);
    }

    /// <summary>What the pictures are.</summary>
    public string Title { get; }

    /// <summary>The shape of every picture.</summary>
    public Shape Shape { get; }

    /// <summary>Pictures in a row.</summary>
    public int Columns { get; }

    /// <summary>Words over the columns of the first row; empty without any.</summary>
    public IReadOnlyList<string> Heads { get; private init; } = [];

    /// <summary>The pictures, row by row.</summary>
    public IReadOnlyList<GridPicture> Pictures { get; private init; } = [];

    /// <summary>
    /// The size of a signed value that gets the full colour: the largest of the grid; 1 where it
    /// holds none but zeros, or no signed picture.
    /// </summary>
    public double Scale => Pictures.Where(picture => picture.AroundZero)
        .Select(picture => Largest(picture.Pixels)).DefaultIfEmpty().Max() is > 0 and var largest ? largest : 1;

    /// <summary>A copy with one more image.</summary>
    /// <param name="pixels">The image, NHWC, as many values as the shape holds; copied.</param>
    /// <param name="caption">The words under it; line breaks are kept.</param>
    /// <returns>The longer grid.</returns>
    /// <exception cref="ShapeMismatchException">Not as many values as the shape holds.</exception>
    /// <exception cref="DisplayDataException">A value is no number.</exception>
    public ImageGrid Add(ReadOnlySpan<float> pixels, string caption) => Add(new GridPicture(Check(pixels, Shape), false, caption, false));

    /// <summary>A copy with one more signed picture, such as a perturbation or a gradient.</summary>
    /// <param name="values">The values, NHWC, as many as the shape holds; copied.</param>
    /// <param name="caption">The words under it; line breaks are kept.</param>
    /// <returns>The longer grid.</returns>
    /// <exception cref="ShapeMismatchException">Not as many values as the shape holds.</exception>
    /// <exception cref="DisplayDataException">A value is no number.</exception>
    public ImageGrid AddSigned(ReadOnlySpan<float> values, string caption) =>
        Add(new GridPicture(Check(values, Shape), true, caption, false));

    /// <summary>
    /// Attacks as triples of clean image, perturbation and adversary, with label and prediction before
    /// and after; wrong predictions are framed and say so.
    /// </summary>
    /// <param name="title">Which attack on which model.</param>
    /// <param name="examples">The attacked images, at least one.</param>
    /// <param name="shape">The images' shape.</param>
    /// <returns>The grid; beyond three examples two triples stand side by side.</returns>
    /// <exception cref="ShapeMismatchException">An image or adversary does not fit the shape.</exception>
    /// <exception cref="DisplayDataException">No examples, or a value is no number.</exception>
    public static ImageGrid Triples(string title, IReadOnlyList<AttackExample> examples, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(examples);
        string[] heads = ["clean", "perturbation", "adversary"];
        var grid = new ImageGrid(title, shape, examples.Count > 3 ? 6 : 3) { Heads = examples.Count > 3 ? [.. heads, .. heads] : heads };
        List<GridPicture> cells = [];
        foreach (AttackExample e in examples)
        {
            float[] image = Check(e.Image, shape), adversary = Check(e.Adversary, shape);
            float[] change = [.. adversary.Zip(image, (after, before) => after - before)];
            string Says(int prediction, double confidence) =>
                $"label {e.Label}\n{(prediction == e.Label ? "right" : "wrong")}: {prediction} – {Show.Brief(confidence, percent: true)}";
            cells.Add(new GridPicture(image, false, Says(e.Before, e.ConfidenceBefore), e.Before != e.Label));
            cells.Add(new GridPicture(change, true, $"up to {Show.Value(Largest(change))}", false));
            cells.Add(new GridPicture(adversary, false, Says(e.After, e.ConfidenceAfter), e.After != e.Label));
        }
        return grid with { Pictures = [.. cells] };
    }

    /// <inheritdoc/>
    public string ToSvg()
    {
        if (Pictures.Count == 0)
            throw new DisplayDataException(
                $"Grid \"{Title}\" has no pictures.", "at least one.", "Call Add(pixels, caption) before showing it.");
        int columns = Math.Min(Columns, Pictures.Count);
        double scale = Math.Clamp((680.0 / columns) - 12, 48, 112) / Math.Max(Shape.Height, Shape.Width);
        scale = scale > 1 ? Math.Round(scale) : scale;
        (double w, double h) = (Shape.Width * scale, Shape.Height * scale);
        double captions = Pictures.SelectMany(cell => cell.Caption.Split('\n')).Concat(Heads).Max(line => Show.Width(line, Svg.Small));
        double pitch = Math.Max(w, Math.Min(captions, Math.Max(w, 110))) + 12;
        // A wider gap keeps two triples in a row apart.
        double Left(int column) => Svg.Margin + (column * pitch) + (Heads.Count > 3 && column >= 3 ? 24 : 0) + ((pitch - 12 - w) / 2);
        double width = Math.Max(300, Left(columns - 1) + ((pitch - 12 + w) / 2) + Svg.Margin);

        var svg = new Svg();
        double y = svg.Header(Title, width, [], (_, _, _) => { });
        for (int i = 0; i < Heads.Count; i++)
            svg.Text(Left(i) + (w / 2), y + 12, Heads[i], 12, "middle", Svg.Ink, bold: true);
        y += Heads.Count > 0 ? 20 : 0;
        foreach (GridPicture[] row in Pictures.Chunk(columns))
        {
            List<string>[] lines =
                [.. row.Select(cell => cell.Caption.Split('\n').SelectMany(line => Show.Wrap(line, Svg.Small, pitch - 6)).ToList())];
            for (int i = 0; i < row.Length; i++)
            {
                Draw(svg, row[i], Left(i), y, w, h);
                for (int line = 0; line < lines[i].Count; line++)
                {
                    bool alarm = row[i].Wrong && line > 0;
                    svg.Text(Left(i) + (w / 2), y + h + 15 + (15 * line), lines[i][line], Svg.Small, "middle",
                        alarm ? Svg.Alarm : Svg.Ink, alarm);
                }
            }
            y += h + 15 + (15 * lines.Max(list => list.Count));
        }
        if (Pictures.Any(cell => cell.AroundZero))
        {
            DrawScale(svg, y);
            y += 24;
        }
        if (Clamped() is { Length: > 0 } note)
        {
            y = svg.Paragraph(Svg.Margin, y + 12, note, width - (2 * Svg.Margin), Svg.Small) + 10;
        }
        return svg.Finish(width, y + 8, Title, $"Grid of {Pictures.Count} pictures. " + string.Join(' ', Summary()));
    }

    /// <inheritdoc/>
    public string ToHtml() => PictureMarkup.InHtml(ToSvg());

    /// <summary>The captions as plain text.</summary>
    /// <returns>The title, then a line for each row of pictures.</returns>
    public override string ToString() => string.Join('\n', Summary().Prepend(Title));

    private IEnumerable<string> Summary()
    {
        int triple = Heads.Count > 0 ? 3 : Columns;
        IEnumerable<string> rows = Pictures.Chunk(triple).Select(row => string.Join(" | ",
            row.Select((cell, i) => (Heads.Count > 0 ? Heads[i] + ": " : "") + cell.Caption.Replace("\n", ", "))));
        string signed = Pictures.Any(cell => cell.AroundZero)
            ? $"Signed scale: {ScaleText(-1)} ({(Shape.Channels == 3 ? "dark" : "blue")}) "
                + $"to {ScaleText(1)} ({(Shape.Channels == 3 ? "light" : "red")})."
            : "";
        IEnumerable<string> notes = [signed, Clamped()];
        return rows.Concat(notes.Where(note => note.Length > 0));
    }

    private ImageGrid Add(GridPicture cell) =>
        this with { Pictures = [.. Pictures, cell with { Caption = cell.Caption.ReplaceLineEndings("\n") }] };

    private void Draw(Svg svg, GridPicture cell, double x, double y, double width, double height)
    {
        string picture = PixelColours.DataUri([.. cell.Pixels], Shape.Height, Shape.Width, cell.AroundZero ? Scale : 0);
        Picture(svg, picture, x, y, width, height, cell.Caption.Replace("\n", ", "));
        svg.Rect(
            x - 0.5, y - 0.5, width + 1, height + 1, "none", stroke: cell.Wrong ? Svg.Alarm : Svg.Frame, strokeWidth: cell.Wrong ? 3 : 1);
    }

    private void DrawScale(Svg svg, double y)
    {
        const int Steps = 41;
        float[] ramp = [.. Enumerable.Range(0, Steps).SelectMany(i => Enumerable.Repeat((float)((i - 20) / 20.0 * Scale), Shape.Channels))];
        double x = Svg.Margin + Show.Width(ScaleText(-1), Svg.Small) + 8;
        svg.Text(x - 6, y + 12, ScaleText(-1), Svg.Small, "end");
        Picture(svg, PixelColours.DataUri(ramp, 1, Steps, Scale), x, y + 2, 123, 12, "colour scale");
        svg.Rect(x - 0.5, y + 1.5, 124, 13, "none", stroke: Svg.Frame, strokeWidth: 1);
        svg.Text(x + 129, y + 12, ScaleText(1), Svg.Small);
    }

    private static void Picture(Svg svg, string address, double x, double y, double width, double height, string tip) =>
        svg.Element("image", Svg.Tip(tip), ("x", x), ("y", y), ("width", width), ("height", height), ("preserveAspectRatio", "none"),
            ("image-rendering", "pixelated"), ("style", "image-rendering:pixelated"), ("href", address));

    private string ScaleText(int sign) => (sign < 0 ? "-" : "+") + Show.Value(Scale);

    private string Clamped() =>
        Pictures.Count(cell => !cell.AroundZero && cell.Pixels.Any(value => value is < 0 or > 1)) is > 0 and var count
        ? $"Values outside [0, 1] are clamped for display ({count} of {Pictures.Count} pictures)." : "";

    private static double Largest(IEnumerable<float> values) => values.Max(Math.Abs);

    private static float[] Check(ReadOnlySpan<float> pixels, Shape shape)
    {
        if (pixels.Length != shape.Size)
            throw new ShapeMismatchException(
                $"A picture of {pixels.Length} values.", $"{shape.Size}, as {shape} holds.", "Pass one whole image at a time.");
        foreach (float value in pixels)
        {
            if (!float.IsFinite(value))
                throw new DisplayDataException(
                    $"A picture with the value {Show.Value(value)}.", "finite numbers.", "Look for an overflow where it was computed.");
        }
        return pixels.ToArray();
    }
}
