using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AdvNotebooks.Cli.View;

/// <summary>
/// Lets this machine's own pages in and nobody else. A name of another host that was made to point here (DNS rebinding) shows in Host;
/// another site's page that sends requests here (CSRF) shows in Origin and Sec-Fetch-Site.
/// </summary>
internal static class RequestGuard
{
    private const int HttpPort = 80;
    private static readonly string[] Names = ["127.0.0.1", "localhost"];
    private static readonly string[] OwnSites = ["same-origin", "none"];

    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Status and reason of a refusal; null when it may come in.</returns>
    public static (int Status, string Reason)? Refuse(HttpRequest request)
    {
        int port = request.HttpContext.Connection.LocalPort;
        if (!request.Host.HasValue || !Names.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase)
            || (request.Host.Port ?? HttpPort) != port)
            return (StatusCodes.Status421MisdirectedRequest,
                $"This server answers to http://127.0.0.1:{port} and http://localhost:{port} only. Open one of them.");
        if (request.Headers.Origin is { Count: > 0 } origin && !string.Equals(
            origin.ToString(), UriHelper.BuildAbsolute("http", request.Host).TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
            return (StatusCodes.Status403Forbidden, "The request comes from another site's page. Use this server's own pages.");
        bool navigation = HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        if (!navigation && request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && !OwnSites.Contains(site.ToString()))
            return (StatusCodes.Status403Forbidden, "The request comes from another site's page. Use this server's own pages.");
        return null;
    }
}
