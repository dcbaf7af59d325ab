using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AdvLib;

/// <summary>
/// The state of a training run by name: arrays, single values, and settings that must not have changed. Everything
/// <see cref="IResumable"/> writes its part of it and reads it again by the same calls.
/// </summary>
public sealed class ResumeState
{
    private readonly string _prefix;
    private readonly Dictionary<string, NamedTensor> _arrays;
    private readonly Dictionary<string, string> _values;

    /// <summary>An empty state, to be filled.</summary>
    public ResumeState()
        : this("", [], [], loading: false)
    {
    }

    /// <summary>A state that was saved, to be read.</summary>
    /// <param name="arrays">Its arrays, as <see cref="Arrays"/> gave them.</param>
    /// <param name="values">Its single values, as <see cref="Values"/> gave them.</param>
    public ResumeState(IEnumerable<NamedTensor> arrays, IReadOnlyDictionary<string, string> values)
        : this("", arrays.ToDictionary(array => array.Name), new(values), loading: true)
    {
    }

    private ResumeState(string prefix, Dictionary<string, NamedTensor> arrays, Dictionary<string, string> values, bool loading) =>
        (_prefix, _arrays, _values, Loading) = (prefix, arrays, values, loading);

    /// <summary>Whether values are read from the state, and not written to it.</summary>
    public bool Loading { get; }

    /// <summary>All arrays, as tensors of 4-byte words.</summary>
    public IReadOnlyCollection<NamedTensor> Arrays => _arrays.Values;

    /// <summary>All single values, as text.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The part of the state that belongs to one object.</summary>
    /// <param name="name">What the object is to the one that calls, for example <c>optimizer</c>.</param>
    /// <returns>A view of this state in which every name is the part's own.</returns>
    public ResumeState Part(string name) => new($"{_prefix}{name}.", _arrays, _values, Loading);

    /// <summary>SHA-256 over all names, shapes and values.</summary>
    /// <returns>The digest in hexadecimal digits.</returns>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string value) in _values.OrderBy(value => value.Key, StringComparer.Ordinal))
            Append($"{name.Length} {name} {value.Length} {value}");
        foreach (NamedTensor array in _arrays.Values.OrderBy(array => array.Name, StringComparer.Ordinal))
        {
            Append($"{array.Name.Length} {array}");
            hash.AppendData(MemoryMarshal.AsBytes(array.Values.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes or reads a single value.</summary>
    /// <typeparam name="T">A number or a string.</typeparam>
    /// <param name="name">Its name in this part.</param>
    /// <param name="value">The value; replaced when loading.</param>
    /// <exception cref="CheckpointException">The state lacks it.</exception>
    public void Exchange<T>(string name, ref T value)
        where T : IParsable<T>
    {
        if (!Loading)
            _values.Add(_prefix + name, string.Create(CultureInfo.InvariantCulture, $"{value}"));
        else if (!T.TryParse(_values.GetValueOrDefault(_prefix + name), CultureInfo.InvariantCulture, out value!))
            throw Damaged(name);
    }

    /// <summary>Writes or reads an array whose length is known.</summary>
    /// <typeparam name="T">A number of 4 or 8 bytes; its bits are kept.</typeparam>
    /// <param name="name">Its name in this part.</param>
    /// <param name="values">The values; replaced when loading.</param>
    /// <param name="shape">Sizes of the dimensions; one dimension when empty.</param>
    /// <exception cref="CheckpointException">The state lacks it, or holds another shape.</exception>
    public void Exchange<T>(string name, Span<T> values, ReadOnlySpan<int> shape = default)
        where T : unmanaged
    {
        Span<float> words = MemoryMarshal.Cast<T, float>(values);
        int[] sizes = shape.IsEmpty ? [words.Length] : shape.ToArray();
        if (!Loading)
            _arrays.Add(_prefix + name, new NamedTensor(_prefix + name, sizes, words.ToArray()));
        else if (_arrays.TryGetValue(_prefix + name, out var saved) && saved.Shape.AsSpan().SequenceEqual(sizes))
            saved.Values.CopyTo(words);
        else
            throw Damaged(name);
    }

    /// <summary>Writes or reads an array of any length.</summary>
    /// <typeparam name="T">A number of 4 or 8 bytes; its bits are kept.</typeparam>
    /// <param name="name">Its name in this part.</param>
    /// <param name="values">The values; replaced by an array as long as the saved one when loading.</param>
    /// <exception cref="CheckpointException">The state lacks it.</exception>
    public void Exchange<T>(string name, ref T[] values)
        where T : unmanaged
    {
        if (Loading && _arrays.TryGetValue(_prefix + name, out var saved))
            values = new T[MemoryMarshal.Cast<float, T>(saved.Values).Length];
        Exchange(name, values.AsSpan());
    }

    /// <summary>Writes a setting, or compares it with the one that was saved.</summary>
    /// <typeparam name="T">A number or a string.</typeparam>
    /// <param name="name">Its name in this part.</param>
    /// <param name="value">Its value in this run.</param>
    /// <exception cref="CheckpointException">The saved run had another value: it would not go on to the same result.</exception>
    public void Match<T>(string name, T value)
    {
        string mine = string.Create(CultureInfo.InvariantCulture, $"{value}");
        if (!Loading)
            _values.Add(_prefix + name, mine);
        else if (_values.GetValueOrDefault(_prefix + name) is var saved && saved != mine)
        {
            throw new CheckpointException(
                $"A checkpoint of a run whose {_prefix}{name} is {saved ?? "not known"}.", $"{mine}, as in this run.",
                "Make model, optimizer and batches as that run did, with its settings, seed and data, or begin a new run.");
        }
    }

    /// <summary>The exception for a loaded value that cannot be.</summary>
    /// <param name="name">The value's name in this part.</param>
    /// <returns>The exception, to be thrown.</returns>
    public CheckpointException Damaged(string name) =>
        new($"A checkpoint with a missing or impossible {_prefix}{name}.", "the state that this run saves.",
            "Resume from a checkpoint of the same run, or begin a new one.");
}
