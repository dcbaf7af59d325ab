using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace AdvNotebooks.Cli.Notebooks;

/// <summary>Text as Jupyter writes it into notebooks, so that differences between versions stay small.</summary>
internal static class NotebookText
{
    /// <summary>Splits a text into lines that keep their ends.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The lines as a JSON array; empty for an empty text.</returns>
    public static JsonArray ToLines(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }

    /// <summary>Removes UTF-8's byte order mark, which some editors write.</summary>
    /// <param name="content">The file's content.</param>
    /// <param name="name">The file's name, for the message.</param>
    /// <returns>The content behind the mark.</returns>
    /// <exception cref="NotebookException">The content is in another encoding.</exception>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> content, string name)
    {
        string? other = content switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "UTF-16",
            // JSON begins with an ASCII character.
            [0, not 0, ..] or [not 0, 0, ..] => "UTF-16",
            _ => null,
        };
        if (other is not null)
            throw new NotebookException($"{name} is written in {other}.", "UTF-8, as notebooks are.",
                "Save it again as UTF-8: PowerShell's > writes UTF-16, for example.");
        return content is [0xEF, 0xBB, 0xBF, ..] ? content[3..] : content;
    }

    /// <summary>
    /// Serialises a notebook: UTF-8, one space of indentation, a line end at the end. System.Text.Json's own writer would
    /// escape letters beyond the basic plane, such as emoji.
    /// </summary>
    /// <param name="json">The notebook.</param>
    /// <returns>The file's content.</returns>
    public static byte[] Serialize(JsonNode json)
    {
        var text = new StringBuilder();
        Write(text, json, 0);
        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                WriteItems(text, '{', members, '}', depth, member =>
                {
                    WriteString(text, member.Key);
                    text.Append(": ");
                    Write(text, member.Value, depth + 1);
                });
                break;
            case JsonArray { Count: > 0 } items:
                WriteItems(text, '[', items, ']', depth, item => Write(text, item, depth + 1));
                break;
            case JsonValue value when value.TryGetValue(out string? content):
                WriteString(text, content);
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private static void WriteItems<T>(StringBuilder text, char open, IEnumerable<T> items, char close, int depth, Action<T> write)
    {
        char separator = open;
        foreach (T item in items)
        {
            text.Append(separator).Append('\n').Append(' ', depth + 1);
            write(item);
            separator = ',';
        }

        text.Append('\n').Append(' ', depth).Append(close);
    }

    private static void WriteString(StringBuilder text, string content)
    {
        text.Append('"');
        for (int i = 0; i < content.Length; i++)
        {
            char c = content[i];
            bool isPair = char.IsHighSurrogate(c) && i + 1 < content.Length && char.IsLowSurrogate(content[i + 1]);
            if (isPair)
                text.Append(c).Append(content[++i]);
            else if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c))
                text.Append(Escape(c));
            else
                text.Append(c);
        }

        text.Append('"');
    }

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        _ => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
    };
}
