using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace AdvLib;

/// <summary>Receives one file from one address, in as many attempts as may help; each goes on where the one before broke off.</summary>
internal static class FileDownload
{
    /// <summary>Receives a file.</summary>
    /// <param name="client">Sends the requests.</param>
    /// <param name="address">The file's address.</param>
    /// <param name="path">Receives the content, behind what an earlier download left there.</param>
    /// <param name="sources">Time limits and attempts.</param>
    /// <param name="cancellationToken">Stops the download; what was received stays.</param>
    /// <exception cref="DownloadException">The file cannot be had from this address now.</exception>
    /// <exception cref="IOException">The content cannot be written.</exception>
    public static async Task ReceiveAsync(
        HttpClient client, Uri address, string path, MnistSources sources, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await TryAsync(client, address, path, sources, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DownloadException failure) when (failure.MayPass && attempt < sources.Attempts)
            {
                await Task.Delay(sources.Pause * Math.Pow(2, attempt - 1), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task TryAsync(
        HttpClient client, Uri address, string path, MnistSources sources, CancellationToken cancellationToken)
    {
        using FileStream file = new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        using HttpResponseMessage response = await AskAsync(client, address, file.Length, sources, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            file.SetLength(0);
            throw new DownloadException("has no such part of the file", mayPass: true);
        }

        if (!response.IsSuccessStatusCode)
        {
            HttpStatusCode status = response.StatusCode;
            throw new DownloadException(
                string.Create(CultureInfo.InvariantCulture, $"answered {(int)status} {response.ReasonPhrase}"),
                mayPass: (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);
        }

        // A mirror that does not know of parts sends the whole file.
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != file.Length)
            file.SetLength(0);
        file.Seek(0, SeekOrigin.End);
        await CopyAsync(response, file, sources, cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
    }

    // A mirror that does not begin to answer is dead: asking it again would only cost its time limit again.
    private static async Task<HttpResponseMessage> AskAsync(
        HttpClient client, Uri address, long received, MnistSources sources, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (received > 0)
            request.Headers.Range = new RangeHeaderValue(received, null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(sources.AnswerLimit);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DownloadException(
                string.Create(CultureInfo.InvariantCulture, $"did not answer within {sources.AnswerLimit.TotalSeconds:0.#} s"),
                mayPass: false);
        }
        catch (HttpRequestException e)
        {
            // Whoever tells of the failure names the address.
            string reason = e.Message.Replace($" ({address.Host}:{address.Port})", "", StringComparison.Ordinal);
            throw new DownloadException(reason, mayPass: e.HttpRequestError == HttpRequestError.ResponseEnded);
        }
    }

    private static async Task CopyAsync(
        HttpResponseMessage response, FileStream file, MnistSources sources, CancellationToken cancellationToken)
    {
        if (file.Length + response.Content.Headers.ContentLength > sources.LargestFile)
            throw TooMuch(file, sources);
        Stream? content = null;
        byte[] buffer = new byte[1 << 16];
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            int read;
            try
            {
                stall.CancelAfter(sources.StallLimit);
                content ??= await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
                read = await content.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new DownloadException(
                    string.Create(CultureInfo.InvariantCulture, $"sent nothing for {sources.StallLimit.TotalSeconds:0.#} s"),
                    mayPass: true);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw new DownloadException(e.Message, mayPass: true);
            }

            if (read == 0)
                return;
            if (file.Length + read > sources.LargestFile)
                throw TooMuch(file, sources);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private static DownloadException TooMuch(FileStream file, MnistSources sources)
    {
        file.SetLength(0);
        return new DownloadException($"sends more than {sources.LargestFile} bytes", mayPass: false);
    }
}
