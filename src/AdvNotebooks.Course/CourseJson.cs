using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace AdvLib;

/// <summary>The course's files as JSON, read strictly: what a record requires must be there, once, and not null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(SweepFile))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class CourseJson : JsonSerializerContext
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">What it holds.</param>
    /// <param name="check">Throws <see cref="JsonException"/> at what the types alone do not refuse.</param>
    /// <param name="name">What to call the file.</param>
    /// <param name="kind">What it should be, for example <c>run card</c>.</param>
    /// <param name="remedy">What to do about a damaged one.</param>
    /// <returns>The content.</returns>
    /// <exception cref="DataFileException">The file is damaged or cannot be read.</exception>
    public static T Read<T>(string path, JsonTypeInfo<T> type, Action<T> check, string name, string kind, string remedy)
        where T : class
    {
        try
        {
            T content = JsonSerializer.Deserialize(File.ReadAllText(path), type) ?? throw new JsonException("it holds no object");
            check(content);
            return content;
        }
        catch (JsonException broken)
        {
            throw new DataFileException($"{name} is no {kind}: {broken.Message}", $"a {kind} of schema 1.", remedy, broken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(
                $"{name} cannot be read: {unreadable.Message}", $"a {kind}.", "Name a file that you may read.", unreadable);
        }
    }

    /// <summary>Writes a file whole or not at all.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="content">The content.</param>
    /// <param name="type">Its type.</param>
    public static void Write<T>(string path, T content, JsonTypeInfo<T> type)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, content, type));
    }
}
