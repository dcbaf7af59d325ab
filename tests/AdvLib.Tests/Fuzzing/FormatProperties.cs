using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace AdvLib.Tests.Fuzzing;

/// <summary>What holds for every content of a format, tried on random ones (FsCheck; the seed is fixed, a failure is shrunk).</summary>
public sealed class FormatProperties : IDisposable
{
    private const int Cases = 500;
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Every_idx_array_that_is_written_is_read()
    {
        Gen<IdxArray> arrays =
            from rank in Gen.Elements(1, 3, 4)
            from sizes in Gen.Choose(1, 6).ArrayOf(rank)
            from data in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(sizes.Aggregate((a, b) => a * b))
            select new IdxArray(sizes, data);
        Check(Prop.ForAll(Arb.From(arrays), ArbMap.Default.ArbFor<bool>(), (array, gzip) =>
        {
            IdxFile.Write(_temp["a"], array, gzip);
            IdxArray read = IdxFile.Read(_temp["a"]);
            return read.Dimensions.SequenceEqual(array.Dimensions) && read.Data.SequenceEqual(array.Data);
        }));
    }

    [Fact]
    public void An_idx_header_is_believed_only_where_the_file_holds_what_it_claims()
    {
        Gen<uint> sizes = Gen.OneOf(Gen.Choose(0, 9).Select(size => (uint)size), Gen.Elements<uint>(28, 60_000, 1 << 16, int.MaxValue, 1u << 31, uint.MaxValue));
        Gen<(uint[] Sizes, int Data)> files =
            from rank in Gen.Choose(0, 5)
            from claimed in sizes.ArrayOf(rank)
            from spare in Gen.Elements(-1, 0, 0, 0, 1)
            let product = claimed.Aggregate(1.0, (a, b) => a * b)
            select (claimed, product < 1e4 ? Math.Max(0, (int)product + spare) : 100);
        Check(Prop.ForAll(Arb.From(files), file =>
        {
            byte[] bytes = new byte[4 + 4 * file.Sizes.Length + file.Data];
            (bytes[2], bytes[3]) = (8, (byte)file.Sizes.Length);
            for (int d = 0; d < file.Sizes.Length; d++)
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + 4 * d), file.Sizes[d]);
            File.WriteAllBytes(_temp["a"], bytes);
            bool sound = file.Sizes.Length is 1 or 3 or 4 && !file.Sizes.Contains(0u) && file.Sizes.Aggregate(1.0, (a, b) => a * b) == file.Data;
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool read = Reads<DataFileException>(() => IdxFile.Read(_temp["a"]));
            return read == sound && GC.GetAllocatedBytesForCurrentThread() - before < 100_000;
        }));
    }

    [Fact]
    public void Every_tensor_that_is_saved_is_loaded_to_the_bit()
    {
        Gen<float> values = Gen.Choose(int.MinValue, int.MaxValue).Select(BitConverter.Int32BitsToSingle);
        Gen<string> texts = ArbMap.Default.GeneratorFor<UnicodeString>().Where(text => text is not null).Select(text => text.Item)
            .Where(text => text is not null && IsUnicode(text));
        Gen<NamedTensor> tensors =
            from name in texts
            from rank in Gen.Choose(0, 4)
            from shape in Gen.Choose(0, 4).ArrayOf(rank)
            from data in values.ArrayOf(shape.Aggregate(1, (a, b) => a * b))
            select new NamedTensor(name, shape, data);
        Gen<(NamedTensor[] Tensors, Dictionary<string, string> Notes)> files =
            from list in tensors.ListOf()
            from keys in texts.ListOf()
            from text in texts
            select (list.DistinctBy(tensor => tensor.Name).Where(tensor => tensor.Name != "__metadata__").ToArray(), keys.Distinct().ToDictionary(key => key, key => text + key));
        Check(Prop.ForAll(Arb.From(files), file =>
        {
            SafeTensors.Save(_temp["s"], file.Tensors, file.Notes, anyBits: true);
            IReadOnlyList<NamedTensor> loaded = SafeTensors.Load(_temp["s"], out IReadOnlyDictionary<string, string> notes, anyBits: true);
            return notes.OrderBy(note => note.Key, StringComparer.Ordinal).SequenceEqual(file.Notes.OrderBy(note => note.Key, StringComparer.Ordinal))
                && loaded.Count == file.Tensors.Length
                && loaded.Zip(file.Tensors).All(pair => pair.First.Name == pair.Second.Name && pair.First.Shape.SequenceEqual(pair.Second.Shape) && Bits(pair.First).SequenceEqual(Bits(pair.Second)));
        }));
    }

    [Fact]
    public void A_safetensors_header_is_believed_only_where_the_file_holds_what_it_claims()
    {
        Gen<long> numbers = Gen.OneOf(Gen.Choose(-2, 24).Select(number => (long)number), Gen.Elements(1L << 31, 1L << 33, long.MaxValue, long.MinValue));
        Gen<(string Name, string Kind, long[] Shape, long[] Place)> entries =
            from name in Gen.Elements("a", "b", "c")
            from kind in Gen.Frequency((8, Gen.Constant("F32")), (2, Gen.Elements("F16", "F64", "I64", "")))
            from shape in numbers.ListOf()
            from place in numbers.ArrayOf(2)
            select (name, kind, shape.Take(3).ToArray(), place);
        Gen<(string Json, int Data)> files =
            from list in entries.ListOf()
            from data in Gen.Choose(0, 6)
            select ("{" + string.Join(',', list.Select(entry => $"\"{entry.Name}\":{{\"dtype\":\"{entry.Kind}\",\"shape\":{JsonSerializer.Serialize(entry.Shape)},\"data_offsets\":{JsonSerializer.Serialize(entry.Place)}}}")) + "}", 4 * data);
        Check(Prop.ForAll(Arb.From(files), file =>
        {
            byte[] header = Encoding.UTF8.GetBytes(file.Json);
            byte[] bytes = new byte[8 + header.Length + file.Data];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
            header.CopyTo(bytes, 8);
            File.WriteAllBytes(_temp["s"], bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            IReadOnlyList<NamedTensor> loaded = [];
            bool read = Reads<WeightsFileException>(() => loaded = SafeTensors.Load(_temp["s"]));
            return (!read || loaded.Sum(tensor => Width(tensor) * tensor.Values.Length) == file.Data) && GC.GetAllocatedBytesForCurrentThread() - before < 200_000;
        }));
    }

    private static int Width(NamedTensor tensor) => tensor.StoredAs[..7] switch { "float32" => 4, "float16" => 2, _ => 8 };

    private static void Check(Property property) => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(7, 9), property);

    [Fact]
    public void Text_that_no_file_can_hold_is_refused() => Check(Prop.ForAll(ArbMap.Default.ArbFor<UnicodeString>(), text =>
        text?.Item is null || IsUnicode(text.Item) == Reads<ArgumentException>(() => SafeTensors.Save(_temp["s"], [], new Dictionary<string, string> { ["note"] = text.Item }))));

    // Every half of a pair stands beside its other half.
    private static bool IsUnicode(string text) => text.Select((letter, i) =>
        !char.IsSurrogate(letter)
        || (char.IsHighSurrogate(letter) ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) : i > 0 && char.IsHighSurrogate(text[i - 1]))).All(whole => whole);

    private static uint[] Bits(NamedTensor tensor) => [.. tensor.Values.Select(BitConverter.SingleToUInt32Bits)];

    // What else the reader throws goes up, and fails the property.
    private static bool Reads<TDocumented>(Action read)
        where TDocumented : Exception
    {
        try
        {
            read();
            return true;
        }
        catch (TDocumented)
        {
            return false;
        }
    }
}
