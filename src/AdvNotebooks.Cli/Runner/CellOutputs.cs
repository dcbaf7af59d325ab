using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AdvNotebooks.Cli.Kernel;
using AdvNotebooks.Cli.Notebooks;

namespace AdvNotebooks.Cli.Runner;

/// <summary>Collects a running cell's output in nbformat.</summary>
/// <param name="count">The cell's execution count.</param>
/// <param name="displayed">Outputs that may still be replaced, by identity; shared by all cells of a notebook.</param>
/// <param name="scrubber">Removes this machine's paths.</param>
internal sealed class CellOutputs(int count, Dictionary<string, JsonObject> displayed, PathScrubber scrubber)
{
    private readonly JsonArray _outputs = [];
    private readonly StringBuilder _stream = new();
    private string? _streamName;

    /// <summary>Adds what a kernel reports; ignores events that are no output.</summary>
    /// <param name="kernelEvent">The event.</param>
    public void Add(KernelEvent kernelEvent)
    {
        switch (kernelEvent)
        {
            case StreamEvent stream:
                if (_streamName != stream.Name)
                    EndStream();
                _streamName = stream.Name;
                _stream.Append(stream.Text);
                break;
            case DisplayEvent display:
                EndStream();
                displayed[display.Id] = new JsonObject
                {
                    ["data"] = Data(display.Data),
                    ["metadata"] = new JsonObject(),
                    ["output_type"] = "display_data",
                };
                _outputs.Add(displayed[display.Id]);
                break;
            case UpdateEvent update when displayed.TryGetValue(update.Id, out JsonObject? output):
                output["data"] = Data(update.Data);
                break;
            case ResultEvent result:
                EndStream();
                _outputs.Add(new JsonObject
                {
                    ["data"] = Data(result.Data),
                    ["execution_count"] = count,
                    ["metadata"] = new JsonObject(),
                    ["output_type"] = "execute_result",
                });
                break;
            case CutEvent:
                EndStream();
                Add(new StreamEvent("stderr", string.Create(CultureInfo.InvariantCulture,
                    $"Output cut here: {CellErrors.NameOf(count)} put out more than {OutputBudget.Characters:N0} characters.\n")));
                EndStream();
                break;
        }
    }

    /// <summary>Adds the error that ended the cell.</summary>
    /// <param name="error">The error.</param>
    public void Add(CellError error)
    {
        EndStream();
        _outputs.Add(new JsonObject
        {
            ["ename"] = error.Name,
            ["evalue"] = scrubber.Scrub(error.Message),
            ["output_type"] = "error",
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)scrubber.Scrub(line))]),
        });
    }

    /// <summary>Ends the collection.</summary>
    /// <returns>The outputs.</returns>
    public JsonArray ToJson()
    {
        EndStream();
        return _outputs;
    }

    private void EndStream()
    {
        if (_streamName is not null)
            _outputs.Add(new JsonObject
            {
                ["name"] = _streamName,
                ["output_type"] = "stream",
                ["text"] = NotebookText.ToLines(scrubber.Scrub(WithoutOverwritten(_stream.ToString()))),
            });
        _streamName = null;
        _stream.Clear();
    }

    // What a terminal shows in the end of lines that were rewritten after a carriage return.
    private static string WithoutOverwritten(string text)
    {
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.Contains('\r', StringComparison.Ordinal)
            ? string.Join('\n', text.Split('\n').Select(line => line.Split('\r', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("")))
            : text;
    }

    private JsonObject Data(SortedDictionary<string, string> data)
    {
        var bundle = new JsonObject();
        foreach (var (mimeType, text) in data)
            bundle[mimeType] = Data(mimeType, text);
        return bundle;
    }

    private JsonNode? Data(string mimeType, string text)
    {
        if (mimeType == "application/json" || mimeType.EndsWith("+json", StringComparison.Ordinal))
        {
            try
            {
                return JsonNode.Parse(text);
            }
            catch (JsonException)
            {
                return text;
            }
        }

        bool isText = mimeType.StartsWith("text/", StringComparison.Ordinal) || mimeType.EndsWith("+xml", StringComparison.Ordinal)
            || mimeType.EndsWith("javascript", StringComparison.Ordinal);
        return isText ? NotebookText.ToLines(scrubber.Scrub(text.ReplaceLineEndings("\n"))) : text;
    }
}
