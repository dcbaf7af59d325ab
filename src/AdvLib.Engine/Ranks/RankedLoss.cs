namespace AdvLib;

/// <summary>
/// The loss of a batch that several ranks share. Losses may compare images with each other, so
/// every rank looks at all logits, which are few.
/// </summary>
/// <param name="ranks">Joins the ranks.</param>
/// <param name="classes">Logits of an image.</param>
internal sealed class RankedLoss(IRanks ranks, int classes)
{
    private float[] _rows = [];
    private float[] _logits = [];
    private float[] _gradients = [];
    private int[] _labels = [];

    /// <summary>Mean loss and correct rows of the whole batch; writes the gradient of the rank's own rows.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="logits">The rank's n rows of logits; there may be none.</param>
    /// <param name="labels">Their n labels.</param>
    /// <param name="gradient">Receives n rows.</param>
    /// <param name="first">Where the rank's images begin in the batch.</param>
    /// <param name="total">Images of the batch.</param>
    /// <returns>What the step measured on all ranks.</returns>
    public StepResult Differentiate(
        Loss loss, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient, int first, int total)
    {
        // A row ends with its label.
        int width = classes + 1;
        if (_labels.Length < total)
        {
            (_rows, _labels) = (new float[total * width], new int[total]);
            (_logits, _gradients) = (new float[total * classes], new float[total * classes]);
        }

        Span<float> rows = _rows.AsSpan(0, total * width);
        for (int i = 0; i < labels.Length; i++)
        {
            Span<float> row = rows.Slice((first + i) * width, width);
            logits.Slice(i * classes, classes).CopyTo(row);
            row[classes] = labels[i];
        }

        ranks.Gather(rows, width);
        for (int i = 0; i < total; i++)
        {
            Span<float> row = rows.Slice(i * width, width);
            row[..classes].CopyTo(_logits.AsSpan(i * classes));
            _labels[i] = (int)row[classes];
        }

        int values = total * classes;
        StepResult result = loss.DifferentiateMean(_logits.AsSpan(0, values), _labels.AsSpan(0, total), _gradients.AsSpan(0, values));
        _gradients.AsSpan(first * classes, gradient.Length).CopyTo(gradient);
        return result;
    }
}
