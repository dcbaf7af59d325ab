namespace AdvLib;

/// <summary>Measures the rows of a report on a piece of its images.</summary>
internal sealed class PieceMeasure
{
    private readonly List<PieceRow> _rows = [];
    private readonly ImageSet _images;
    private readonly RobustnessSettings _settings;
    private readonly int _classes;
    private readonly int[] _labels;

    private PieceMeasure(ImageSet images, RobustnessSettings settings, int classes)
    {
        (_images, _settings, _classes, _labels) = (images, settings, classes, new int[images.Count]);
        images.CopyLabels(0, images.Count, _labels);
    }

    /// <summary>Measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The piece's images.</param>
    /// <param name="start">Place of the first one in the whole set.</param>
    /// <param name="settings">What to measure.</param>
    /// <returns>The piece.</returns>
    public static RobustnessPiece Run(IClassifier model, ImageSet images, int start, RobustnessSettings settings)
    {
        var measure = new PieceMeasure(images, settings, model.Classes);
        var differentiable = model as IDifferentiableClassifier;
        using Work work = Work.Begin($"robustness report on {images.Name}", Passes(settings, images, model));
        measure.Add("clean", "clean images", images.Name, EvaluationKind.Clean, ImageAnswer.Of(model, images));
        measure.Noise(model);
        if (differentiable is null)
            measure.Attack("square", $"Square, {settings.Queries} queries", settings.Square, model);
        else
            measure.WhiteBox(differentiable);

        PieceProofs? proofs = null;
        if (settings.Norm == Norm.Linf && model is INetwork network && NetworkBounds.Exist(network.Description))
        {
            var proved = CertifiedAccuracy.Of(network, images, settings.Epsilon);
            proofs = new PieceProofs(proved.CleanCount, proved.IntervalCount, proved.RefutedCount, proved.Verified);
        }

        int sample = Math.Clamp(SanityChecks.Sample - start, 0, images.Count);
        PieceChecks checks = sample == 0 ? PieceChecks.None : PieceChecks.Of(model, images.Take(sample), settings);
        return new RobustnessPiece(
            start, model.Classes, model.Engine, differentiable is not null, measure._labels, measure._rows, checks, proofs);
    }

    private void Noise(IClassifier model)
    {
        Attack("uniform_noise", "uniform noise", _settings.UniformNoise, model, EvaluationKind.Noise);
        if (_settings.Norm == Norm.Linf)
            Attack("sign_noise", "sign noise", _settings.SignNoise, model, EvaluationKind.Noise);
    }

    private void WhiteBox(IDifferentiableClassifier model)
    {
        RobustnessSettings settings = _settings;
        if (settings.Norm == Norm.Linf && settings.Before is { } old)
        {
            ImageSet stale = settings.TutorialFgsm.Perturb(old, _images);
            Add("stale_fgsm", $"FGSM made from {settings.BeforeName}, tutorial mode", stale.Name, EvaluationKind.Stale,
                ImageAnswer.Of(model, stale));
        }

        if (settings.Norm == Norm.Linf)
            Attack("fgsm_tutorial", "FGSM, tutorial mode", settings.TutorialFgsm, model);
        Attack("fgsm", $"{(settings.Norm == Norm.Linf ? "FGSM" : "one step")}, cross-entropy, clipped", settings.OneStep, model);
        AttackResult pgd = Attack("pgd", $"PGD-{settings.Steps}, worst of {settings.Restarts}", settings.Pgd, model);
        ImageSet rounded = pgd.Adversaries.Quantize(_images);
        Add("pgd_8bit", $"PGD-{settings.Steps}, rounded to 8 bits", rounded.Name, EvaluationKind.Fresh, ImageAnswer.Of(model, rounded));
        if (settings.AutoAttack)
            Attack("autoattack", settings.Ensemble is null ? "AutoAttack" : settings.Ensemble.Name, settings.Worst, model);

        if (settings.Before is { } other)
        {
            Attack("transfer_from", $"PGD-{settings.Steps} made from {settings.BeforeName}", settings.Pgd with { Restarts = 1 },
                other, EvaluationKind.Transfer, model);
            Add("transfer_back", $"PGD-{settings.Steps} made from this model, shown to {settings.BeforeName}", pgd.Adversaries.Name,
                EvaluationKind.Transfer, ImageAnswer.Of(other, pgd.Adversaries));
        }
    }

    // What the rows cost, in the order of the table; proofs and the flags' own checks come on top.
    private static double Passes(RobustnessSettings settings, ImageSet images, IClassifier model)
    {
        double Cost(IAttack<IDifferentiableClassifier> attack) => BehindThreshold.BothSides(attack, model).Passes(images.Classes) + 1;
        double all = 4;
        if (model is not IDifferentiableClassifier)
            return images.Count * (all + Cost(settings.Square));
        all += (2 * Cost(settings.OneStep)) + Cost(settings.Pgd);
        if (settings.Before is not null)
            all += Cost(settings.TutorialFgsm) + Cost(settings.Pgd with { Restarts = 1 }) + 1;
        return images.Count * (all + (settings.AutoAttack ? Cost(settings.Worst) : 0));
    }

    // Images made from one model, shown to another where the second is given.
    private AttackResult Attack<TModel>(string key, string label, IAttack<TModel> attack, TModel model,
        EvaluationKind kind = EvaluationKind.Fresh, IClassifier? shownTo = null)
        where TModel : class, IClassifier
    {
        AttackResult result = model is IDifferentiableClassifier seen && attack is IAttack<IDifferentiableClassifier> seeing
            && BehindThreshold.BothSides(seeing, model) is WorstCase ensemble
            ? ensemble.Attack(seen, _images) : attack.Attack(model, _images);
        Add(key, label, result.Adversaries.Name, kind, ImageAnswer.Of(shownTo ?? model, result.Adversaries), result);
        return result;
    }

    // A row does not keep the attack's result, which holds all adversaries.
    private void Add(
        string key, string label, string images, EvaluationKind kind, IReadOnlyList<ImageAnswer> answers, AttackResult? attack = null)
    {
        var row = new PieceRow(key, label, images, kind, [.. answers.Select(answer => answer.Predicted)],
            [.. answers.Select(answer => answer.Loss)], [.. answers.Select(answer => answer.Confidence)])
        {
            Gradients = attack?.Gradients ?? 0,
            Queries = attack?.Queries ?? 0,
            Standing = [.. (attack?.Standing ?? []).Select(member => new MemberStanding(member.Attack, member.Standing))],
        };
        _rows.Add(row);
        if (_settings.Measured is { } measured)
            measured(RobustnessRow.Join([(row, answers)], _classes));
    }
}
