namespace AdvLib.Tests;

/// <summary>A fixture of tests/golden, which tests/golden/make_golden.py made with PyTorch and explains.</summary>
internal sealed class GoldenFile
{
    private readonly Dictionary<string, NamedTensor> _tensors;

    private GoldenFile(string path) => _tensors = SafeTensors.Load(path).ToDictionary(tensor => tensor.Name);

    /// <summary>All tensors.</summary>
    public IReadOnlyCollection<NamedTensor> Tensors => _tensors.Values;

    public NamedTensor this[string name] => _tensors[name];

    public static GoldenFile Open(string name) => new(PathOf($"{name}.safetensors"));

    /// <summary>The path of a file of tests/golden.</summary>
    public static string PathOf(string file)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "AdvNotebooks.sln")))
            folder = Path.GetDirectoryName(folder);
        Assert.True(folder is not null, "The tests run from a build inside the repository, where tests/golden is.");
        return Path.Combine(folder, "tests", "golden", file);
    }

    public float[] Values(string name) => _tensors[name].Values;

    /// <summary>Labels and settings, which the format of the fixtures keeps as floats.</summary>
    public int[] Integers(string name) => Array.ConvertAll(Values(name), value => (int)value);

    /// <summary>Tensors under a prefix, by the rest of their names.</summary>
    public List<NamedTensor> Under(string prefix) =>
        [.. _tensors.Values.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(tensor => tensor with { Name = tensor.Name[prefix.Length..] })];
}
