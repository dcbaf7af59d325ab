namespace AdvNotebooks.Cli.Runner;

/// <summary>An artifacts folder that another run works in.</summary>
/// <param name="folder">The folder.</param>
/// <param name="holder">Who has it.</param>
internal sealed class FolderInUseException(string folder, string holder)
    : AdvLibException(
        $"Another run works in {folder}: {holder}.",
        "a folder of this run's own.",
        $"Wait for it, or name another folder: {Artifacts.FolderVariable}=FOLDER for advnb run, --output FOLDER for advnb train.");
