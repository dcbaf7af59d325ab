using System.Net;
using System.Net.Mime;
using System.Text.Json;
using System.Threading.RateLimiting;
using AdvNotebooks.Cli.Report;
using AdvNotebooks.Cli.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AdvNotebooks.Cli.View;

/// <summary>Serves a run's report and the playground to this machine alone.</summary>
internal static class ViewServer
{
    // A drawing takes some 30 kilobytes.
    private const int MostBodyBytes = 64 * 1024;
    private const int MostWaiting = 64;
    private const string Playing = "playground";
    private const string PlaygroundPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Builds the server for a run.</summary>
    /// <param name="artifacts">The artifacts folder.</param>
    /// <param name="port">Port on 127.0.0.1; 0 for any free one.</param>
    /// <returns>The server, not yet started.</returns>
    /// <exception cref="MissingArtifactException">No run has left its record.</exception>
    /// <exception cref="AdvLibException">The record or an executed notebook is damaged.</exception>
    public static WebApplication Create(string artifacts, int port)
        => Create(new ServedReport(artifacts).Read, new Playground(artifacts, SampleDigits(artifacts)), port);

    /// <summary>Builds the server.</summary>
    /// <param name="report">Gives the report's page.</param>
    /// <param name="playground">Answers the playground's requests.</param>
    /// <param name="port">Port on 127.0.0.1; 0 for any free one.</param>
    /// <returns>The server, not yet started.</returns>
    public static WebApplication Create(Func<string> report, Playground playground, int port)
    {
        // Nothing from settings files or the environment: they could open other ports.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.Services.AddRateLimiter(
            limits => limits.AddPolicy(Playing, _ => RateLimitPartition.GetConcurrencyLimiter("", _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = Environment.ProcessorCount,
                QueueLimit = MostWaiting,
                QueueProcessingOrder = QueueProcessingOrder.NewestFirst,
            })).RejectionStatusCode = StatusCodes.Status429TooManyRequests);

        WebApplication app = builder.Build();
        app.Use(GuardAsync);
        app.UseStatusCodePages(context => Problem(context.HttpContext, context.HttpContext.Response.StatusCode, detail: null));
        app.UseRouting();
        app.UseRateLimiter();
        app.MapGet("/", () => Results.Text(report(), MediaTypeNames.Text.Html));
        MapFile(app, "/playground", "playground.html", MediaTypeNames.Text.Html);
        MapFile(app, "/page.css", "page.css", MediaTypeNames.Text.Css);
        MapFile(app, "/playground.css", "playground.css", MediaTypeNames.Text.Css);
        MapFile(app, "/playground.js", "playground.js", MediaTypeNames.Text.JavaScript);
        app.MapGet("/api/playground", () => Results.Json(playground.Menu(), AttackRequest.Json));
        app.MapPost("/api/attack", async (HttpRequest request) => Results.Json(playground.Attack(await ReadAsync(request)),
            AttackRequest.Json)).RequireRateLimiting(Playing);
        return app;
    }

    /// <summary>The address under which a started server answers.</summary>
    /// <param name="app">The server.</param>
    /// <returns>For example <c>http://127.0.0.1:5128</c>.</returns>
    public static string AddressOf(WebApplication app) => app.Urls.Single();

    // The run's own test images; where its data set is gone, digits the library draws.
    private static ImageSet SampleDigits(string artifacts)
    {
        RunCard card = RunReportFiles.OpenCard(artifacts);
        try
        {
            return RunData.Load(card).Test;
        }
        catch (AdvLibException)
        {
            return Dataset.Load(Dataset.Synthetic, trainCount: 1, testCount: 100, card.Seed).Test;
        }
    }

    private static void MapFile(WebApplication app, string path, string name, string type)
    {
        string text = WebPage.Read(name);
        app.MapGet(path, () => Results.Text(text, type));
    }

    private static async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // The report's page carries a policy of its own.
        headers.ContentSecurityPolicy = context.Request.Path == "/" ? "frame-ancestors 'none'" : PlaygroundPolicy;
        if (RequestGuard.Refuse(context.Request) is var (status, reason))
        {
            await Problem(context, status, reason);
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception failure) when (!context.Response.HasStarted && StatusOf(failure) is { } code)
        {
            await Problem(context, code, failure.Message);
        }
    }

    private static int? StatusOf(Exception failure) => failure switch
    {
        RequestException => StatusCodes.Status400BadRequest,
        BadHttpRequestException bad => bad.StatusCode,
        MissingArtifactException => StatusCodes.Status409Conflict,
        AdvLibException or IOException or UnauthorizedAccessException => StatusCodes.Status500InternalServerError,
        _ => null,
    };

    private static Task Problem(HttpContext context, int status, string? detail) =>
        Results.Problem(detail, statusCode: status).ExecuteAsync(context);

    private static async Task<AttackRequest> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException(
                "The body is not declared as JSON. Send it as application/json.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await JsonSerializer.DeserializeAsync<AttackRequest>(
                request.Body, AttackRequest.Json, request.HttpContext.RequestAborted)
                ?? throw new RequestException("The body is null.", "an object.", "Send network, attack, epsilon and a digit.");
        }
        catch (JsonException wrong)
        {
            throw new RequestException($"The body is not a request: {wrong.Message}",
                "an object with network, attack, epsilon, and sample or drawing.", "Correct it.", wrong);
        }
    }
}
