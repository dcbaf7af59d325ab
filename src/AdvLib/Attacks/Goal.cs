namespace AdvLib;

/// <summary>
/// What an attack wants of an image: that the model leaves a class, or reaches one. Labels stay the true classes, whatever the goal.
/// </summary>
public abstract record Goal
{
    private Goal()
    {
    }

    /// <summary>That the model leaves the image's label: an untargeted attack.</summary>
    public static Goal LeaveLabel { get; } = new Label();

    /// <summary>
    /// That the model leaves the class it sees in the clean image, whatever the label: without it, an adversary may tell a model in
    /// training the true label (Kurakin, Goodfellow and Bengio, "Adversarial machine learning at scale", 2017).
    /// </summary>
    public static Goal LeavePrediction { get; } = new Ranked(Place: 0, Target: false);

    /// <summary>That the model reaches the class it holds least likely for the clean image (Kurakin et al., 2017).</summary>
    public static Goal ReachLeastLikely { get; } = new Ranked(Place: -1, Target: true);

    /// <summary>Whether a class is to be reached; else one is to be left.</summary>
    public abstract bool IsTarget { get; }

    /// <summary>How an attack's name ends; empty for <see cref="LeaveLabel"/>.</summary>
    internal abstract string Suffix { get; }

    /// <summary>That the model reaches given classes.</summary>
    /// <param name="classes">One for each image of the set that is attacked, or a single one for all.</param>
    /// <returns>The goal.</returns>
    /// <exception cref="ArgumentException">There is no class.</exception>
    public static Goal Reach(params IReadOnlyList<int> classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return classes.Count > 0
            ? new Given([.. classes])
            : throw new ArgumentException("No class to reach. Expected: one for all images, or one an image.", nameof(classes));
    }

    /// <summary>That the model reaches a class drawn at random from all but the image's label, the same one in every run.</summary>
    /// <param name="seed">Decides the draw, together with the image itself.</param>
    /// <returns>The goal.</returns>
    public static Goal ReachRandomOther(ulong seed = 42) => new Drawn(seed);

    /// <summary>Writes the class that each image is to leave or to reach.</summary>
    /// <param name="model">The model under attack.</param>
    /// <param name="images">n clean images.</param>
    /// <param name="labels">Their n true classes.</param>
    /// <param name="classes">Receives n classes.</param>
    /// <exception cref="ShapeMismatchException">There is not one class an image, or one that the model lacks.</exception>
    public abstract void Choose(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<int> classes);

    /// <summary>This goal for some images of the set only: what was for image <c>places[i]</c> is for image i.</summary>
    /// <param name="places">Places in the set.</param>
    /// <returns>This goal itself where it holds nothing of its own for an image.</returns>
    public virtual Goal Select(ReadOnlySpan<int> places) => this;

    private sealed record Label : Goal
    {
        public override bool IsTarget => false;

        internal override string Suffix => "";

        public override void Choose(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<int> classes) =>
            labels.CopyTo(classes);
    }

    // The class at the beginning or the end of the order of the clean image's logits.
    private sealed record Ranked(int Place, bool Target) : Goal
    {
        public override bool IsTarget => Target;

        internal override string Suffix => Target ? ", least likely" : ", away from the prediction";

        public override void Choose(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<int> classes)
        {
            var logits = new float[classes.Length * model.Classes];
            model.Logits(images, logits);
            ModelAnswer.Check(logits, classes.Length, "the logits");
            for (int i = 0; i < classes.Length; i++)
            {
                ReadOnlySpan<float> row = logits.AsSpan(i * model.Classes, model.Classes);
                classes[i] = Place < 0 ? row.IndexOfMin() : row.IndexOfMax();
            }
        }
    }

    private sealed record Given(int[] Wanted) : Goal
    {
        public override bool IsTarget => true;

        internal override string Suffix => ", targeted";

        public override void Choose(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<int> classes)
        {
            if (Wanted.Length != 1 && Wanted.Length != classes.Length)
            {
                throw new ShapeMismatchException(
                    $"{Wanted.Length} classes to reach for {classes.Length} images.", "one an image, or a single one for all.",
                    "Pass the class each image is to reach.");
            }

            ModelFit.CheckLabels(Wanted, Wanted.Length, model.Classes);
            if (Wanted.Length == 1)
                classes.Fill(Wanted[0]);
            else
                Wanted.CopyTo(classes);
        }

        public override Goal Select(ReadOnlySpan<int> places)
        {
            if (Wanted.Length == 1)
                return this;
            var some = new int[places.Length];
            for (int i = 0; i < some.Length; i++)
            {
                some[i] = places[i] < Wanted.Length ? Wanted[places[i]] : throw new ShapeMismatchException(
                    $"{Wanted.Length} classes to reach, and an image {places[i]}.", "one an image, or a single one for all.",
                    "Pass the class each image is to reach.");
            }

            return new Given(some);
        }
    }

    private sealed record Drawn(ulong Seed) : Goal
    {
        public override bool IsTarget => true;

        internal override string Suffix => ", random other class";

        public override void Choose(IClassifier model, ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<int> classes)
        {
            int size = model.InputShape.Size;
            for (int i = 0; i < classes.Length; i++)
            {
                int other = ImageRandom.Of(images.Slice(i * size, size), Seed).NextInt32(model.Classes - 1);
                classes[i] = other < labels[i] ? other : other + 1;
            }
        }
    }
}
