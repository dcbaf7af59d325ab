using System.Text.Json;
using System.Text.Json.Serialization;

namespace AdvNotebooks.Cli.Attacks;

/// <summary>The files of <c>advnb attack</c> as JSON, read strictly: nothing unknown, nothing twice, nothing missing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(AttackPlan))]
[JsonSerializable(typeof(AttackPiece))]
[JsonSerializable(typeof(AttackRecord))]
internal sealed partial class AttackJson : JsonSerializerContext
{
    private static readonly Lazy<AttackJson> Indented = new(() => new(new JsonSerializerOptions(Strict.Options) { WriteIndented = true }));

    /// <summary>For files that are read again.</summary>
    public static AttackJson Strict => Default;

    /// <summary>For the file that people read.</summary>
    public static AttackJson Readable => Indented.Value;
}
