using System.Text.Json.Serialization;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>JSON of the messages between the runner and its child process, generated at build time so that start-up stays short.</summary>
[JsonSourceGenerationOptions(
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KernelEvent))]
[JsonSerializable(typeof(CellRequest))]
internal sealed partial class KernelJson : JsonSerializerContext;
