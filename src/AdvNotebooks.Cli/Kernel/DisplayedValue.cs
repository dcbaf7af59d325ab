using System.Globalization;

namespace AdvNotebooks.Cli.Kernel;

/// <summary>An output that a cell has shown and may replace.</summary>
public sealed class DisplayedValue
{
    private static int _count;

    private readonly string _id;
    private readonly string[] _mimeTypes;

    private DisplayedValue(string id, string[] mimeTypes)
    {
        _id = id;
        _mimeTypes = mimeTypes;
    }

    /// <summary>Replaces what is shown, also from a later cell.</summary>
    /// <param name="value">The new value.</param>
    public void Update(object? value) => CellOutput.Report(new UpdateEvent(_id, OutputFormatter.Format(value, _mimeTypes)));

    internal static DisplayedValue Show(object? value, string[] mimeTypes)
    {
        var displayed = new DisplayedValue(Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture), mimeTypes);
        CellOutput.Report(new DisplayEvent(displayed._id, OutputFormatter.Format(value, mimeTypes)));
        return displayed;
    }
}
