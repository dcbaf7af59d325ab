using System.Buffers;
using System.Numerics.Tensors;

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
    // What the names of attacks behind a threshold end with.
    private const string Suffix = ", behind the threshold";

    /// <inheritdoc/>
    public string Name => $"{Attack.Name}{Suffix}";

    /// <inheritdoc/>
    public Goal Goal => Attack.Goal;

    /// <inheritdoc/>
    public int BatchSize => Attack.BatchSize;

    /// <summary>The threshold that a model begins with.</summary>
    /// <param name="model">The model.</param>
    /// <returns>
    /// Its first layer; null where that is another, or a step, which lets gradients straight through, or its layers are not known.
    /// </returns>
    public static Threshold? Of(IClassifier model) =>
        model is INetwork network && network.Description.Layers[0].Layer is Threshold { IsStep: false } threshold ? threshold : null;

    /// <summary>
    /// A model with the gradients that its threshold hides, and the answers that it has: what adversarial training makes its batches from.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>The model; itself where no threshold in front hides anything.</returns>
    public static IDifferentiableClassifier WithGradients(IDifferentiableClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model) is { } threshold ? new Sloped(model, threshold) : model;
    }

    /// <summary>
    /// An attack on both sides of the threshold that a model begins with: whatever needs no gradient comes last, and once.
    /// </summary>
    /// <param name="attack">The attack in front of it, or an ensemble.</param>
    /// <param name="model">The model.</param>
    /// <returns>The worst of both sides; the attack itself where the model has no threshold in front, or the attack no gradient.</returns>
    public static IAttack<IDifferentiableClassifier> BothSides(IAttack<IDifferentiableClassifier> attack, IClassifier model)
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(model);
        IReadOnlyList<IAttack<IDifferentiableClassifier>> members = attack is WorstCase ensemble ? ensemble.Attacks : [attack];
        IAttack<IDifferentiableClassifier>[] blind = [.. members.Where(member => member is IAttack<IClassifier>)];
        IAttack<IDifferentiableClassifier>[] seeing = [.. members.Except(blind)];
        if (Of(model) is not { } threshold || seeing.Length == 0)
            return attack;
        return new WorstCase([.. seeing, .. seeing.Select(member => new BehindThreshold(member, threshold)), .. blind])
        {
            Name = $"{attack.Name}, in front of the threshold and behind it",
        };
    }

    /// <summary>Images that stood against an ensemble in front of a threshold, and fell behind it.</summary>
    /// <param name="standing">The ensemble's members, with the number of images that stood after each.</param>
    /// <returns>Their number; 0 for an ensemble without such members.</returns>
    internal static int FallenBehind(IReadOnlyList<(string Attack, int Standing)> standing)
    {
        bool IsBehind(int i) => standing[i].Attack.EndsWith(Suffix, StringComparison.Ordinal);
        return Enumerable.Range(1, Math.Max(0, standing.Count - 1)).Where(IsBehind)
            .Sum(i => standing[i - 1].Standing - standing[i].Standing);
    }

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
            float[] rented = ArrayPool<float>.Shared.Rent(images.Length);
            Span<float> inside = rented.AsSpan(0, images.Length);
            TensorPrimitives.Clamp(images, _low, _high, inside);
            model.InputGradient(inside, labels, loss, gradient, logits);
            ArrayPool<float>.Shared.Return(rented);
        }
    }
}
