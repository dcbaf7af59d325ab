using AdvLib;

namespace AdvNotebooks.Tests;

/// <summary>A picture in pages of other colours, as notebook hosts show it.</summary>
public sealed class PictureTests(Chromium chromium) : IDisposable
{
    private static readonly LineChart Chart = new LineChart("What epsilon does", "epsilon", "accuracy").Add("baseline", [0, 0.1], [0.99, 0.02]).Add("repaired", [0, 0.1], [0.99, 0.97]);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("#1e1e1e", "#cccccc")]
    [InlineData("#000000", "#ffffff")]
    [InlineData("#ffffff", "#333333")]
    public async Task It_takes_the_pages_colours(string page, string text)
    {
        WatchedPage watched = await Open(page, text, Chart.ToHtml());
        // A title in the text's own colour, no card, and every line far enough from the page (WCAG 2.2, 1.4.11: 3 to 1 for graphics, 4.5 to 1 for text).
        double[] contrasts = await watched.Page.EvaluateAsync<double[]>("""
            () => {
              const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const luminance = (colour) => {
                context.fillStyle = getComputedStyle(document.body).backgroundColor; context.fillRect(0, 0, 1, 1);
                context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
                const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const contrast = (colour) => {
                const [a, b] = [luminance(colour), luminance('transparent')];
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
              };
              const svg = document.querySelector('figure > svg');
              const least = (found) => Math.min(...found);
              return [
                least([...svg.querySelectorAll('text')].map((e) => contrast(getComputedStyle(e).fill))),
                least([...svg.querySelectorAll('polyline')].map((e) => contrast(getComputedStyle(e).stroke))),
                getComputedStyle(svg.querySelector('rect')).fill === 'none' ? 1 : 0,
              ];
            }
            """);
        Assert.True(contrasts[0] >= 4.5, $"text: {contrasts[0]}");
        Assert.True(contrasts[1] >= 3, $"lines: {contrasts[1]}");
        Assert.Equal(1, contrasts[2]);
    }

    [Fact]
    public async Task Where_scripts_are_stripped_it_is_an_image_on_its_card()
    {
        string stripped = Chart.ToHtml().Split("<script>")[0];
        WatchedPage watched = await Open("#1e1e1e", "#cccccc", stripped);
        Assert.Equal(660, await watched.Page.EvaluateAsync<int>("() => { const img = document.querySelector('figure > img'); return img.decode().then(() => img.naturalWidth); }"));
    }

    private Task<WatchedPage> Open(string page, string text, string picture) => chromium.Open(new Uri(_folder.Write("page.html",
        $"<!DOCTYPE html><html style=\"--vscode-editor-background:{page}\"><meta charset=\"utf-8\"><body style=\"background:{page};color:{text}\">{picture}</body></html>")).AbsoluteUri);
}
