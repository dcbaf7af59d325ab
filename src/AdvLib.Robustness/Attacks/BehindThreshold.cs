namespace AdvLib;

/// <summary>
/// An attack on what lies behind a network's <see cref="Threshold"/>, which hides gradients: where it is flat they are zero, and an attack
/// that follows them stands still. Here pixels that are cut off are differentiated just inside the bounds, where the network sees the same
/// but has a slope (backward pass differentiable approximation, Athalye et al., "Obfuscated gradients give a false sense of security",
/// 2018). A threshold keeps the order of values, so that the slope's sign is right: steps by it reach all of the box behind.
/// </summary>
/// <param name="Attack">The attack that follows the gradients.</param>
/// <param name="Threshold">The network's first layer.</param>
public sealed record BehindThreshold(IAttack<IDifferentiableClassifier> Attack, Threshold Threshold) : IAttack<IDifferentiableClassifier>
{
    /// <inheritdoc/>
    public string Name => $"{Attack.Name}, behind the threshold";

    /// <inheritdoc/>
    public Goal Goal => Attack.Goal;

    /// <inheritdoc/>
    public int BatchSize => Attack.BatchSize;

    /// <summary>The threshold that a model begins with.</summary>
    /// <param name="model">The model.</param>
    /// <returns>Its first layer; null where that is another, or its layers are not known.</returns>
    public static Threshold? Of(IClassifier model) => model is INetwork network ? network.Description.Layers[0].Layer as Threshold : null;

    /// <inheritdoc/>
    public void RequireScale(ImageSet images) => Attack.RequireScale(images);

    /// <inheritdoc/>
    public IAttack<IDifferentiableClassifier> Select(ReadOnlySpan<int> places) => this with { Attack = Attack.Select(places) };

    /// <inheritdoc/>
    public double Passes(int classes) => Attack.Passes(classes);

    /// <inheritdoc/>
    public void Perturb(
        IDifferentiableClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> adversaries) =>
        Attack.Perturb(new Sloped(model, Threshold), images, labels, adversaries);

    // The model's own answers, and gradients that no pixel is cut off from.
    private sealed class Sloped(IDifferentiableClassifier model, Threshold threshold) : IDifferentiableClassifier
    {
        // How far inside, as a share of what lies between the bounds: a few steps of float32 at least.
        private const float Inside = 1e-6f;

        private readonly float _low = threshold.Low + (Inside * (threshold.High - threshold.Low));
        private readonly float _high = threshold.High - (Inside * (threshold.High - threshold.Low));

        public Shape InputShape => model.InputShape;

        public int Classes => model.Classes;

        public string Engine => model.Engine;

        public int Threads => model.Threads;

        public void Logits(ReadOnlySpan<float> images, Span<float> logits) => model.Logits(images, logits);

        public void InputGradient(
            ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Loss loss, Span<float> gradient, Span<float> logits = default)
        {
            var inside = new float[images.Length];
            for (int i = 0; i < inside.Length; i++)
                inside[i] = Math.Clamp(images[i], _low, _high);
            model.InputGradient(inside, labels, loss, gradient, logits);
        }
    }
}
