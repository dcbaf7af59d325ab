using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace AdvNotebooks.Tests;

/// <summary>A page whose errors and requests are noted.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentDictionary<IRequest, bool> _requests = new();

    public WatchedPage(IPage page)
    {
        Page = page;
        page.SetDefaultTimeout(ChromiumBrowser.Patience);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _errors.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.Request += (_, request) => _requests[request] = true;
        page.RequestFailed += (_, request) =>
        {
            // What the policy forbids is reported as a request, but never sent.
            _requests[request] = request.Failure != "csp";
            _errors.Enqueue($"{request.Url}: {request.Failure}");
        };
    }

    public IPage Page { get; }

    /// <summary>Requests that left this machine, or went to a file.</summary>
    public IEnumerable<string> Outside(string server) => _requests.Where(entry => entry.Value).Select(entry => entry.Key.Url).Where(address => !address.StartsWith("data:", StringComparison.Ordinal) && !address.StartsWith(server, StringComparison.Ordinal));

    public ILocator this[string selector] => Page.Locator(selector);

    public void NothingWentWrong(string server)
    {
        Assert.Empty(_errors);
        Assert.Empty(Outside(server));
    }

    /// <summary>Nothing sticks out of the window, nothing with text is cut, and text stands out from its ground by 4.5 to 1 (WCAG 2, AA).</summary>
    public async Task LooksSound()
    {
        Assert.Equal("", await Page.EvaluateAsync<string>("""
            () => {
              const wrong = [];
              if (document.documentElement.scrollWidth > window.innerWidth) wrong.push('the page is ' + document.documentElement.scrollWidth + ' wide');
              // As it is painted: a mixed colour is no rgb(...) in words.
              const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
              const numbers = (colour) => {
                paint.clearRect(0, 0, 1, 1);
                paint.fillStyle = colour;
                paint.fillRect(0, 0, 1, 1);
                const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
                return [r, g, b, a / 255];
              };
              const light = (rgb) => rgb.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = (element) => {
                for (; element; element = element.parentElement) {
                  const colour = numbers(getComputedStyle(element).backgroundColor);
                  if (colour[3] === 1) return colour;
                }
                return [255, 255, 255];
              };
              for (const element of document.querySelectorAll('body *')) {
                if (element.closest('svg, canvas, [aria-hidden=true], script, style') || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
                const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent.trim()).join('');
                if (!own) continue;
                const style = getComputedStyle(element);
                const [text, below] = [numbers(style.color), ground(element)];
                const [a, b] = [light(text.map((v, i) => v * text[3] + below[i] * (1 - text[3]))), light(below)];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5 && !element.closest(':disabled')) wrong.push('contrast ' + contrast.toFixed(2) + ': ' + own.slice(0, 40));
                if (element.scrollWidth > element.clientWidth + 1 && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis') wrong.push('cut: ' + own.slice(0, 40));
              }
              return wrong.join('\n');
            }
            """));
    }

    /// <summary>A picture of the whole page, where <c>ADVLIB_SCREENSHOTS</c> names a folder.</summary>
    public async Task Screenshot(string name)
    {
        if (Environment.GetEnvironmentVariable("ADVLIB_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public ValueTask DisposeAsync() => new(Page.Context.CloseAsync());
}
