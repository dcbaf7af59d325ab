using System.Text.RegularExpressions;

namespace AdvLib.Tests;

/// <summary>
/// The library's folders use each other in one direction: Numerics and Display at the bottom, then Data, Losses, Layers, Optimizers,
/// Models, Attacks, Batches, Evaluation, Training. Read from the source: a file uses a folder when it names one of its types.
/// </summary>
public sealed partial class ArchitectureTests
{
    // What anything that a cell may end with needs of Display.
    private static readonly string[] Looks = ["IVisual", "IPicture", "TableView", "VisualFormatters", "TypeFormatterSource"];

    // What fits a model is checked in one place.
    private const string Fit = "ModelFit";

    // Attacks, batches, training and evaluation see a model only through these, so that they run on any engine.
    private static readonly string[] Engine = ["IClassifier", "IParallelClassifier", "StepResult", "NamedTensor", Fit];

    // Folder -> folder -> the types it may name; null for all of them. The root's types (shape, base exception) are everybody's.
    private static readonly Dictionary<string, Dictionary<string, string[]?>> Allowed = new()
    {
        [""] = [],
        ["Numerics"] = [],
        ["Losses"] = [],
        ["Data"] = new() { ["Numerics"] = ["Rng", "RandomPurpose"], ["Display"] = [.. Looks, "ImageGrid", "Png"] },
        ["Layers"] = new() { ["Numerics"] = null, ["Losses"] = null },
        ["Optimizers"] = new() { ["Numerics"] = null },
        ["Models"] = new() { ["Layers"] = null, ["Losses"] = null, ["Optimizers"] = ["Optimizer"], ["Numerics"] = null, ["Data"] = ["AtomicFile", "CheckedReading", "FiniteValues", "ImageSet", "NumberBytes"], ["Display"] = Looks },
        ["Attacks"] = new() { ["Models"] = Engine, ["Losses"] = null, ["Data"] = ["ImageSet", "PixelRange"], ["Numerics"] = ["Rng", "RandomPurpose", "ThreadTeam"], ["Optimizers"] = ["Optimizer"], ["Display"] = [.. Looks, "Work"] },
        ["Batches"] = new() { ["Attacks"] = null, ["Models"] = Engine, ["Data"] = null, ["Numerics"] = ["Rng", "RandomPurpose"] },
        ["Evaluation"] = new()
        {
            ["Attacks"] = null,
            ["Models"] = Engine,
            ["Losses"] = null,
            ["Data"] = null,
            ["Display"] = [.. Looks, "Show", "AttackExample", "ImageGrid", "LineChart", "BarChart", "Heatmap", "ExplorerFragment", "ExplorerDigit", "ExplorerFrame", "Work"],
        },

        ["Training"] = new()
        {
            ["Evaluation"] = ["Evaluation"],
            ["Batches"] = null,
            ["Attacks"] = ["IAttack<IDifferentiableClassifier>", "Fgsm", "Pgd"],
            ["Models"] = [.. Engine, "SafeTensors", "WeightsFileException", "NumericalFaultException"],
            ["Losses"] = null,
            ["Optimizers"] = ["Optimizer"],
            ["Data"] = ["ImageSet", "PixelRange", "AtomicFile"],
            ["Display"] = null,
        },

        ["Display"] = [],
    };

    private static readonly string Root = Path.GetFullPath(Path.Combine(GoldenFile.PathOf("."), "..", "..", "src", "AdvLib"));
    private static readonly List<SourceFile> Files = [.. Directory.GetFiles(Root, "*.cs", SearchOption.AllDirectories).Select(SourceFile.Read).Where(file => file.Folder is not ("bin" or "obj"))];
    private static readonly Dictionary<string, string> FolderOf = Files.SelectMany(file => file.Types, (file, type) => (type, file.Folder)).Distinct().ToDictionary();

    public static TheoryData<string> Folders => [.. Files.Select(file => file.Folder).Distinct().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_is_below_it(string folder)
    {
        Dictionary<string, string[]?> allowed = Allowed[folder];
        IEnumerable<string> wrong =
            from file in Files
            where file.Folder == folder
            from type in file.Words
            let used = FolderOf.GetValueOrDefault(type, "")
            where used != "" && used != folder && !(allowed.TryGetValue(used, out string[]? types) && types?.Contains(type) != false)
            select $"{file.Path} uses {type} of {used}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_scan_sees_what_is_there()
    {
        Assert.InRange(FolderOf.Count, 80, 1000);
        Assert.Equal(("Models", "Numerics", "Display", ""), (FolderOf["IClassifier"], FolderOf["Gemm"], FolderOf["TypeFormatterSource"], FolderOf["Shape"]));
        Assert.Contains("IClassifier", Files.Single(file => file.Path == "Attacks/Fgsm.cs").Words);
        var code = new SourceFile("Folder/File.cs", """"
            // Comment1 "Comment2"
            /* Comment3
               Comment4 */ Code1 c = '"'; Code2 d = "Text1 // Text2\" Text3"; Code3 e = @"Text4"; /// Comment5
            Code4 f = """Text5 "Text6" """; f.Member1 = AdvLib.Code5.Member2; Member3 = 3,
            public sealed class Mine : Code6 { class Inner { } }
            """");
        Assert.Equal(["Code1", "Code2", "Code3", "Code4", "Code5", "Code6"], code.Words.Where(word => char.IsDigit(word[^1])).Order(StringComparer.Ordinal));
        Assert.Equal(["Mine"], code.Types);
    }

    [Fact]
    public void A_file_has_fewer_than_400_lines_and_one_public_type_of_its_name()
    {
        Assert.All(Files, file =>
        {
            Assert.True(file.Text.Count(c => c == '\n') < 400, $"{file.Path} has 400 lines or more.");
            Assert.True(file.PublicTypes.Count <= 1, $"{file.Path} declares {string.Join(" and ", file.PublicTypes)}.");
            Assert.All(file.PublicTypes, type => Assert.Equal(type, Path.GetFileName(file.Path).Split('.')[0]));
        });
    }

    [Fact]
    public void Only_Numerics_has_a_namespace_of_its_own() =>
        Assert.All(Files, file => Assert.Contains(file.Folder == "Numerics" ? "namespace AdvLib.Numerics;" : "namespace AdvLib;", file.Text, StringComparison.Ordinal));

    [Fact]
    public void The_library_needs_no_package() =>
        Assert.DoesNotContain("PackageReference", File.ReadAllText(Path.Combine(Root, "AdvLib.csproj")), StringComparison.Ordinal);

    private sealed partial record SourceFile(string Path, string Text)
    {
        private string Code { get; } = NoCode().Replace(Text, " ");

        public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path.Split('/')[0] : "";

        /// <summary>The types declared here that other files can name; an attribute by its short name.</summary>
        public IEnumerable<string> Types => Declaration().Matches(Code).Select(match => ShortAttribute().Replace(match.Groups["name"].Value, ""));

        public List<string> PublicTypes => [.. Declaration().Matches(Code).Where(match => match.Value.StartsWith("public", StringComparison.Ordinal)).Select(match => match.Groups["name"].Value)];

        /// <summary>The words that may be types: not members (<c>x.Word</c>), not members being set (<c>Word = 3</c>).</summary>
        public HashSet<string> Words => [.. Word().Matches(Code).Select(match => match.Value)];

        public static SourceFile Read(string path) => new(System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));

        [GeneratedRegex(""""""
            """[\s\S]*?""" | @"(?:[^"]|"")*" | "(?:\\.|[^"\\\n])*" | '(?:\\[^']+|[^'\\])' | //[^\n]* | /\*[\s\S]*?\*/
            """""", RegexOptions.IgnorePatternWhitespace)]
        private static partial Regex NoCode();

        [GeneratedRegex(@"^(?:(?:public|internal|sealed|static|abstract|readonly|unsafe|partial|ref)\s+)*(?:class|record\s+struct|record|struct|interface|enum|delegate\s+\S+)\s+(?<name>\w+)", RegexOptions.Multiline)]
        private static partial Regex Declaration();

        [GeneratedRegex(@"(?<![\w.]|\w\.)[A-Za-z_]\w*\b(?!\s*=[^=>])|(?<=\bAdvLib\.(?:Numerics\.)?)[A-Za-z_]\w*")]
        private static partial Regex Word();

        [GeneratedRegex("(?<=.)Attribute$")]
        private static partial Regex ShortAttribute();
    }
}
