using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Renderers.Html.Inlines;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AdvNotebooks.Cli.Report;

/// <summary>
/// A notebook's Markdown as HTML: its own HTML is shown, not rendered; links lead to other
/// notebooks of the page or to the web; nothing is fetched.
/// </summary>
/// <param name="notebooks">Names of the notebooks on the page, without extension.</param>
internal sealed class Prose(IReadOnlySet<string> notebooks)
{
    // A notebook's title stands under the page's sections.
    private const int LevelsDown = 2;
    private const int LowestLevel = 6;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml().UsePipeTables().UseMathematics().Build();

    /// <summary>The identity of a notebook's place on the page.</summary>
    /// <param name="notebook">Its name without extension.</param>
    /// <returns>The identity.</returns>
    public static string Anchor(string notebook) =>
        "notebook-" + string.Concat(notebook.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-'));

    /// <summary>The text of the first heading of level 1; null without one.</summary>
    /// <param name="markdown">The Markdown.</param>
    /// <returns>Plain text.</returns>
    public static string? Title(string markdown)
        => Markdown.Parse(markdown, Pipeline).OfType<HeadingBlock>().FirstOrDefault(heading => heading.Level == 1)?.Inline is { } inline
            ? string.Concat(inline.Descendants().Select(
                part => part switch { LiteralInline literal => literal.Content.ToString(), CodeInline code => code.Content, _ => "" }))
            : null;

    /// <summary>Renders Markdown.</summary>
    /// <param name="markdown">The Markdown.</param>
    /// <param name="withTitle">Whether headings of level 1 are shown.</param>
    /// <returns>HTML.</returns>
    public string ToHtml(string markdown, bool withTitle = true)
    {
        MarkdownDocument document = Markdown.Parse(markdown, Pipeline);
        foreach (HeadingBlock heading in document.Descendants<HeadingBlock>().ToList())
        {
            if (heading.Level == 1 && !withTitle)
                heading.Parent!.Remove(heading);
            heading.Level = Math.Min(heading.Level + LevelsDown, LowestLevel);
        }

        using var text = new StringWriter();
        var renderer = new HtmlRenderer(text);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.Replace<LinkInlineRenderer>(new Links(notebooks));
        renderer.ObjectRenderers.Replace<AutolinkInlineRenderer>(new Autolinks());
        renderer.ObjectRenderers.Replace<HtmlMathBlockRenderer>(new Formulas());
        renderer.ObjectRenderers.Replace<HtmlMathInlineRenderer>(new InlineFormulas());
        renderer.Render(document);
        return text.ToString();
    }

    private static void WriteLink(HtmlRenderer renderer, string address) =>
        renderer.Write("<a rel=\"noreferrer\" href=\"").Write(Show.Escape(address)).Write("\">");

    private static bool IsWeb(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    // A picture is shown when it is in the notebook itself, else its description.
    private sealed class Links(IReadOnlySet<string> notebooks) : HtmlObjectRenderer<LinkInline>
    {
        protected override void Write(HtmlRenderer renderer, LinkInline link)
        {
            string address = link.GetDynamicUrl?.Invoke() ?? link.Url ?? "";
            bool picture = link.IsImage && address.StartsWith("data:image/", StringComparison.Ordinal);
            string? target = link.IsImage ? null : Target(address);
            if (picture)
                renderer.Write("<img src=\"").Write(Show.Escape(address)).Write("\" alt=\"");
            else if (target is not null)
                WriteLink(renderer, target);

            bool html = renderer.EnableHtmlForInline;
            renderer.EnableHtmlForInline = html && !link.IsImage;
            renderer.WriteChildren(link);
            renderer.EnableHtmlForInline = html;
            renderer.Write(picture ? "\">" : target is not null ? "</a>" : "");
        }

        private string? Target(string address)
            => IsWeb(address) ? address
                : address.EndsWith(".ipynb", StringComparison.Ordinal) && Path.GetFileNameWithoutExtension(address) is var name
                    && notebooks.Contains(name) ? "#" + Anchor(name)
                : null;
    }

    private sealed class Autolinks : HtmlObjectRenderer<AutolinkInline>
    {
        protected override void Write(HtmlRenderer renderer, AutolinkInline link)
        {
            bool web = IsWeb(link.Url);
            if (web)
                WriteLink(renderer, link.Url);
            renderer.WriteEscape(link.Url).Write(web ? "</a>" : "");
        }
    }

    private sealed class Formulas : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock formula) =>
            renderer.Write("<span class=\"formula\">").Write(Formula.ToHtml(formula.Lines.ToString())).Write("</span>");
    }

    private sealed class InlineFormulas : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline formula) =>
            renderer.Write(formula.DelimiterCount > 1 ? "<span class=\"formula\">" : "<span>")
                .Write(Formula.ToHtml(formula.Content.ToString())).Write("</span>");
    }
}
