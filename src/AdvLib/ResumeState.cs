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
    private readonly Dictionary<string, (int[] Shape, float[] Words)> _arrays;
    private readonly Dictionary<string, string> _values;

    /// <summary>An empty state, to be filled.</summary>
    internal ResumeState()
        : this("", [], [], loading: false)
    {
    }

    /// <summary>A state that was saved, to be read.</summary>
    internal ResumeState(IReadOnlyDictionary<string, (int[] Shape, float[] Words)> arrays, IReadOnlyDictionary<string, string> values)
        : this("", new(arrays), new(values), loading: true)
    {
    }

    private ResumeState(string prefix, Dictionary<string, (int[] Shape, float[] Words)> arrays, Dictionary<string, string> values, bool loading) =>
        (_prefix, _arrays, _values, Loading) = (prefix, arrays, values, loading);

    /// <summary>Whether values are read from the state, and not written to it.</summary>
    public bool Loading { get; }

    internal IReadOnlyDictionary<string, (int[] Shape, float[] Words)> Arrays => _arrays;

    internal IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>The part of the state that belongs to one object.</summary>
    /// <param name="name">What the object is to the one that calls, for example <c>optimizer</c>.</param>
    /// <returns>A view of this state in which every name is the part's own.</returns>
    public ResumeState Part(string name) => new($"{_prefix}{name}.", _arrays, _values, Loading);

    /// <summary>SHA-256 over all names, shapes and values, in hexadecimal digits.</summary>
    internal string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string value) in _values.OrderBy(value => value.Key, StringComparer.Ordinal))
            Append($"{name.Length} {name} {value.Length} {value}");
        foreach ((string name, (int[] shape, float[] words)) in _arrays.OrderBy(array => array.Key, StringComparer.Ordinal))
        {
            Append($"{name.Length} {name} [{string.Join(", ", shape)}]");
            hash.AppendData(MemoryMarshal.AsBytes(words.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The state as bytes, for another process.</summary>
    internal byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(_values.Count);
        foreach ((string name, string value) in _values)
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Write(_arrays.Count);
        foreach ((string name, (int[] shape, float[] words)) in _arrays)
        {
            writer.Write(name);
            writer.Write(shape.Length);
            writer.Write(MemoryMarshal.AsBytes(shape.AsSpan()));
            writer.Write(words.Length);
            writer.Write(MemoryMarshal.AsBytes(words.AsSpan()));
        }

        return memory.ToArray();
    }

    /// <summary>The state of such bytes, to be read.</summary>
    internal static ResumeState OfBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var values = new Dictionary<string, string>();
        for (int left = reader.ReadInt32(); left > 0; left--)
            values.Add(reader.ReadString(), reader.ReadString());
        var arrays = new Dictionary<string, (int[] Shape, float[] Words)>();
        for (int left = reader.ReadInt32(); left > 0; left--)
            arrays.Add(reader.ReadString(), (Read<int>(), Read<float>()));
        return new ResumeState(arrays, values);

        T[] Read<T>()
            where T : unmanaged
        {
            var read = new T[reader.ReadInt32()];
            reader.ReadExactly(MemoryMarshal.AsBytes(read.AsSpan()));
            return read;
        }
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
            _arrays.Add(_prefix + name, (sizes, words.ToArray()));
        else if (_arrays.TryGetValue(_prefix + name, out var saved) && saved.Shape.AsSpan().SequenceEqual(sizes))
            saved.Words.CopyTo(words);
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
            values = new T[MemoryMarshal.Cast<float, T>(saved.Words).Length];
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
            throw new CheckpointException($"A checkpoint of a run whose {_prefix}{name} is {saved ?? "not known"}.", $"{mine}, as in this run.", "Make model, optimizer and batches as that run did, with its settings, seed and data, or begin a new run.");
    }

    /// <summary>The exception for a loaded value that cannot be.</summary>
    /// <param name="name">The value's name in this part.</param>
    /// <returns>The exception, to be thrown.</returns>
    public CheckpointException Damaged(string name) =>
        new($"A checkpoint with a missing or impossible {_prefix}{name}.", "the state that this run saves.", "Resume from a checkpoint of the same run, or begin a new one.");
}
