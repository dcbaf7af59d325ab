namespace AdvLib.Charts.Tests;

/// <summary>A page as hosts make one of a notebook's outputs.</summary>
internal static class ChartPage
{
    // As Jupyter and VS Code insert outputs: markup first, its scripts then run anew.
    private const string Insert = """
        const insert = (html) => {
          const cell = document.createElement('section');
          cell.innerHTML = html;
          document.body.append(cell);
          for (const old of cell.querySelectorAll('script')) {
            const anew = document.createElement('script');
            if (old.type) anew.type = old.type;
            anew.textContent = old.textContent;
            if (anew.type) old.replaceWith(anew);
            else document.head.appendChild(anew).remove();
          }
        };
        """;

    /// <summary>Outputs that stand in the page as it is loaded: an exported notebook.</summary>
    public static string Exported(IEnumerable<string> outputs, string head = "") => Page(head, string.Concat(outputs.Select(output => $"<section>{output}</section>")));

    /// <summary>Outputs that a host inserts once the page is there.</summary>
    public static string Inserted(IEnumerable<string> outputs) => Page("",
        string.Concat(outputs.Select(output => $"<script type=\"text/plain\" class=\"output\">{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(output))}</script>"))
        + $"<script>{Insert} document.querySelectorAll('.output').forEach((output) => insert(new TextDecoder().decode(Uint8Array.from(atob(output.textContent), (c) => c.charCodeAt(0)))));</script>");

    private static string Page(string head, string body) => "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>charts</title><link rel=\"icon\" href=\"data:,\">"
        + $"<style>:root{{color-scheme:light dark}}body{{margin:8px;font:14px sans-serif}}section{{margin:0 0 16px}}</style>{head}</head><body>{body}</body></html>";
}
