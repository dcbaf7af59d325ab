using System.Text;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>
/// Stands for <see cref="Console.Out"/> or <see cref="Console.Error"/> while cells run, and passes every write on at once.
/// </summary>
/// <param name="name"><c>stdout</c> or <c>stderr</c>.</param>
internal sealed class CellWriter(string name) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Replaces the process's console by writers of this kind, and its input by an empty one.</summary>
    public static void ReplaceConsole()
    {
        Console.SetOut(new CellWriter("stdout"));
        Console.SetError(new CellWriter("stderr"));
        Console.SetIn(TextReader.Null);
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value))
            CellOutput.Report(new StreamEvent(name, value));
    }

    /// <inheritdoc/>
    public override void WriteLine() => Write("\n");

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + "\n");
}
