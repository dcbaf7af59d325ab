using System.Buffers;

namespace AdvLib;

/// <summary>Borrowed memory, returned when disposed: an attack in a training loop allocates nothing.</summary>
internal readonly ref struct Rented<T>
{
    private readonly T[] _array;

    public Rented(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        Span = _array.AsSpan(0, length);
    }

    /// <summary>The memory; what it holds at first is undefined.</summary>
    public Span<T> Span { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
