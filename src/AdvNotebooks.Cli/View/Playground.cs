using System.Diagnostics;
using AdvLib.Numerics;
using AdvNotebooks.Cli.Report;

namespace AdvNotebooks.Cli.View;

/// <summary>Attacks on digits that somebody draws or chooses, through the networks of a run. Serves several requests at a time.</summary>
/// <param name="artifacts">The artifacts folder.</param>
/// <param name="images">Sample digits, and the shape and classes of the run.</param>
internal sealed class Playground(string artifacts, ImageSet images)
{
    private const int MostSamples = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<RunNetwork, (DateTime Written, Sequential Model)> _loaded = [];
    private readonly int[] _samples = ChooseSamples(images);

    /// <summary>What there is to choose from.</summary>
    /// <returns>Networks, attacks, sample digits and the drawing's size.</returns>
    public PlaygroundMenu Menu() => new(
        images.Name,
        images.Shape.Height,
        images.Shape.Width,
        images.Shape.Channels,
        images.Classes,
        DrawnDigit.Side,
        AttackRequest.MostEpsilon,
        [.. RunNetwork.In(artifacts).Select(Describe)
            .Where(network => network.Ready || network.Key == RunNetwork.Baseline.Key || network.Key == RunNetwork.Mixed.Key)],
        [.. PlaygroundAttack.All.Select(attack => new PlaygroundMenu.Choice(attack.Key, attack.Name, attack.About, Ready: true))],
        [.. _samples.Select(sample => new PlaygroundMenu.Digit(images.Label(sample), Rounded(Pixels(sample))))]);

    /// <summary>Carries out a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="RequestException">The request is wrong.</exception>
    /// <exception cref="MissingArtifactException">The network's notebook has not run.</exception>
    /// <exception cref="AdvLibException">The network's file is damaged, or does not fit the run's data.</exception>
    public AttackAnswer Attack(AttackRequest request)
    {
        long started = Stopwatch.GetTimestamp();
        request.Check(_samples.Length);
        IReadOnlyList<RunNetwork> networks = RunNetwork.In(artifacts);
        RunNetwork network = networks.FirstOrDefault(known => known.Key == request.Network)
            ?? throw Unknown("network", networks.Select(known => known.Key));
        PlaygroundAttack attack = PlaygroundAttack.All.FirstOrDefault(known => known.Key == request.Attack)
            ?? throw Unknown("attack", PlaygroundAttack.All.Select(known => known.Key));
        Sequential model = Load(network);
        float[] digit = request.Drawing is { } drawing ? DrawnDigit.Place(drawing, images.Shape) : Pixels(_samples[request.Sample!.Value]);
        float[] clean = model.Predict(digit);
        int label = request.Sample is { } sample ? images.Label(_samples[sample]) : clean.IndexOf(clean.Max());
        IAttack<IDifferentiableClassifier> settings = attack.Of(request.Epsilon);
        var adversary = new float[digit.Length];
        settings.Perturb(model, digit, [label], adversary);
        float[] attacked = model.Predict(adversary);
        return new AttackAnswer(settings.Name, label, Rounded(digit), Rounded(clean), Rounded(adversary), Rounded(attacked),
            Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 2));
    }

    // Two of each class, so that every keyboard has a digit to attack.
    private static int[] ChooseSamples(ImageSet images) =>
    [
        .. Enumerable.Range(0, images.Count).GroupBy(images.Label).OrderBy(label => label.Key)
            .SelectMany(label => label.Take(Math.Max(1, MostSamples / images.Classes))).Take(MostSamples),
    ];

    private static RequestException Unknown(string what, IEnumerable<string> known) =>
        new($"There is no such {what}.", $"one of {string.Join(", ", known)}.", "Choose one of them.");

    private static float[] Rounded(float[] values) => [.. values.Select(value => MathF.Round(value, 4))];

    private PlaygroundMenu.Choice Describe(RunNetwork network)
    {
        try
        {
            Load(network);
            return new PlaygroundMenu.Choice(network.Key, network.Name, $"From {network.Notebook}.", Ready: true);
        }
        catch (AdvLibException missing)
        {
            return new PlaygroundMenu.Choice(network.Key, network.Name, missing.Message, Ready: false);
        }
    }

    // Each on a thread of its own: one digit is too little to share, and two networks need not wait for each other.
    // A new run's weights are taken when they are there.
    private Sequential Load(RunNetwork network)
    {
        lock (_gate)
        {
            DateTime written = File.GetLastWriteTimeUtc(network.PathIn(artifacts));
            if (!_loaded.TryGetValue(network, out (DateTime Written, Sequential Model) known) || known.Written != written)
                _loaded[network] = known = (written, network.Load(artifacts, images, new ThreadTeam(1)));
            return known.Model;
        }
    }

    private float[] Pixels(int image)
    {
        var pixels = new float[images.Shape.Size];
        images.CopyImages(image, 1, pixels);
        return pixels;
    }
}
