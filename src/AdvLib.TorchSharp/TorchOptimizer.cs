using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdvLib;

/// <summary>
/// An optimizer of TorchSharp's, with the parameters it was given, for a <see cref="TorchModel"/> and its <c>Trainer</c>. It stays
/// the caller's.
/// </summary>
/// <example><code>
/// new Trainer(model, new TorchOptimizer(torch.optim.Adam(module.parameters(), 1e-3))).Fit(data.Train, epochs: 3, batchSize: 64);
/// </code></example>
/// <param name="optimizer">The optimizer.</param>
public sealed class TorchOptimizer(optim.Optimizer optimizer) : IOptimizer
{
    private readonly optim.Optimizer _optimizer = optimizer ?? throw new ArgumentNullException(nameof(optimizer));
    private int _steps;

    /// <summary>Step size of the first group of parameters; setting it scales the other groups' alike.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive and finite.</exception>
    public float LearningRate
    {
        get => (float)_optimizer.ParamGroups.First().LearningRate;
        set
        {
            if (!(float.IsFinite(value) && value > 0))
                throw new ArgumentOutOfRangeException(nameof(LearningRate), value,
                    "A learning rate must be positive and finite, for example 0.001.");
            double factor = value / _optimizer.ParamGroups.First().LearningRate;
            foreach (optim.ILearningRateController group in _optimizer.ParamGroups)
                group.LearningRate *= factor;
        }
    }

    /// <summary>Steps taken so far.</summary>
    public int Steps => _steps;

    /// <summary>Keeps the learning rate, the steps taken and what the optimizer remembers of the gradients.</summary>
    /// <param name="state">Takes or replaces it.</param>
    /// <exception cref="CheckpointException">The state belongs to another optimizer, or is damaged.</exception>
    public void Exchange(ResumeState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        state.Match("kind", $"TorchSharp {_optimizer.GetType().Name}");
        float rate = LearningRate;
        state.Exchange("rate", ref rate);
        state.Exchange("steps", ref _steps);
        if (!(rate > 0) || !float.IsFinite(rate))
            throw state.Damaged("rate");
        if (_optimizer is OptimizerHelper kept)
            Exchange(state, kept);
        LearningRate = rate;
    }

    /// <summary>Forgets the last step's gradients.</summary>
    internal void Clear() => _optimizer.zero_grad();

    /// <summary>Moves the parameters against their gradients.</summary>
    /// <exception cref="TorchModelException">None of its parameters has one: they are another module's.</exception>
    internal void Step()
    {
        if (_steps == 0 && _optimizer.parameters().All(parameter => parameter.grad is null))
        {
            throw new TorchModelException(
                "An optimizer none of whose parameters took part in the step.", "one of the trained module's parameters.",
                    "Make it from that module: torch.optim.Adam(module.parameters()).");
        }

        _optimizer.step();
        _steps++;
    }

    // TorchSharp writes its state as bytes; checkpoints keep words.
    private static void Exchange(ResumeState state, OptimizerHelper optimizer)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
            optimizer.save_state_dict(writer);
        memory.SetLength((memory.Length + 3) / 4 * 4);
        var words = new int[memory.Length / 4];
        Buffer.BlockCopy(memory.ToArray(), 0, words, 0, words.Length * 4);
        state.Exchange("state", words.AsSpan());
        if (!state.Loading)
            return;
        var bytes = new byte[words.Length * 4];
        Buffer.BlockCopy(words, 0, bytes, 0, bytes.Length);
        using var reader = new BinaryReader(new MemoryStream(bytes));
        optimizer.load_state_dict(reader);
    }
}
