namespace AdvLib;

/// <summary>The loss of a batch that several ranks share. Losses may compare images with each other, so every rank looks at all logits, which are few.</summary>
/// <param name="share">The rank's share of the batch.</param>
/// <param name="classes">Logits of an image.</param>
internal sealed class SharedLoss(BatchShare share, int classes)
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
    /// <returns>What the step measured on all ranks.</returns>
    public StepResult Differentiate(Loss loss, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        // A row ends with its label.
        int width = classes + 1;
        if (_labels.Length < share.Total)
            (_rows, _logits, _gradients, _labels) = (new float[share.Total * width], new float[share.Total * classes], new float[share.Total * classes], new int[share.Total]);
        Span<float> rows = _rows.AsSpan(0, share.Total * width);
        for (int i = 0; i < labels.Length; i++)
        {
            Span<float> row = rows.Slice((share.First + i) * width, width);
            logits.Slice(i * classes, classes).CopyTo(row);
            row[classes] = labels[i];
        }

        share.Reducer.Gather(rows, width);
        for (int i = 0; i < share.Total; i++)
        {
            Span<float> row = rows.Slice(i * width, width);
            row[..classes].CopyTo(_logits.AsSpan(i * classes));
            _labels[i] = (int)row[classes];
        }

        int values = share.Total * classes;
        StepResult result = BatchLoss.DifferentiateMean(loss, _logits.AsSpan(0, values), _labels.AsSpan(0, share.Total), _gradients.AsSpan(0, values));
        _gradients.AsSpan(share.First * classes, gradient.Length).CopyTo(gradient);
        return result;
    }
}
