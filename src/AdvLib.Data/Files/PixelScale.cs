namespace AdvLib;

/// <summary>Whether pixels and the bounds of an attack are of one scale, and what has likely happened where they are not.</summary>
internal static class PixelScale
{
    // An attack without clipping leaves [0, 1] by its epsilon; what is farther outside was never divided, or was normalised.
    private static readonly PixelRange NearUnit = new(-0.5f, 1.5f);

    /// <inheritdoc cref="ImageSet.RequireScale"/>
    public static void Require(ImageSet images, PixelRange? clip, float change)
    {
        PixelRange bounds = clip ?? NearUnit;
        if (!bounds.Contains(images.Range))
        {
            throw new ImageSetException(
                $"'{images.Name}' has pixels in {images.Range}.",
                clip is null ? "pixels in [0, 1], or near it." : $"pixels in {bounds}, the attack's clip.",
                Cause(images.Range, bounds));
        }

        if (bounds.High > 16 && float.IsFinite(bounds.High) && PixelRange.Unit.Contains(images.Range))
        {
            throw new ImageSetException(
                $"The attack's clip is {bounds}, and '{images.Name}' has pixels in {images.Range}.",
                "one scale for pixels, clip and epsilon.",
                "An image set reads bytes as b / 255: divide the clip's bounds, epsilon and step by 255.");
        }

        // A clip narrower than [0, 1] is no other scale.
        float width = clip is null ? 1 : Math.Max(1, bounds.High - bounds.Low);
        if (change > width)
        {
            throw new ImageSetException(
                FormattableString.Invariant($"Pixels of '{images.Name}' may change by {change}, and they are in {images.Range}."),
                FormattableString.Invariant($"at most {width}, which changes any pixel into any other."),
                FormattableString.Invariant($"Epsilon is in units of the pixels: if {change}/255 is meant, write {change}f / 255."));
        }
    }

    private static string Cause(PixelRange range, PixelRange bounds) => range switch
    {
        { Low: >= 0, High: > 1.5f } => "These look like bytes 0 to 255 (or more bits): divide them by 255 (or their largest value).",
        { Low: >= -1 and < -0.5f, High: <= 1 } =>
            "These look scaled to [-1, 1]: keep pixels in [0, 1], as (x + 1) / 2, and declare mean 0.5 and deviation 0.5 at the model.",
        { Low: < -0.5f } or { High: > 1.5f } =>
            "These look normalised by mean and deviation: keep pixels in [0, 1], and declare mean and deviation at the model.",
        _ => $"An attack that does not clip may have made them: attack the clean images, clamp these to {bounds}, or clip elsewhere.",
    };
}
