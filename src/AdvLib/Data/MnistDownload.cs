using System.Globalization;

namespace AdvLib;

/// <summary>Downloads MNIST's files from the public mirrors. A file gets its name only once its content is verified.</summary>
internal static class MnistDownload
{
    // The largest file is 47 MB uncompressed and 10 MB as the mirrors hold it; whatever sends more is no mirror.
    private const long LargestFile = 64 << 20;

    /// <summary>Fetches files into a folder, each from the first mirror that delivers it.</summary>
    /// <param name="names">Names from <see cref="IdxFolder.Names"/>.</param>
    /// <param name="folder">The folder, made when it is not there.</param>
    /// <param name="tried">Where the files were looked for before, for the message of a failure.</param>
    /// <param name="sources">Mirrors, checksums and time limits.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="DatasetUnavailableException">No mirror delivered a file.</exception>
    public static async Task FetchAsync(
        IEnumerable<string> names, string folder, string tried, MnistSources sources, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(sources.Handler?.Invoke() ?? new SocketsHttpHandler { ConnectTimeout = sources.ConnectLimit })
        {
            Timeout = Timeout.InfiniteTimeSpan, // FileLimit covers the whole of a file, headers and content.
        };
        List<Uri> mirrors = [.. sources.Mirrors];
        foreach (string name in names)
        {
            List<string> failures = [];
            foreach (Uri mirror in mirrors.ToArray())
            {
                var address = new Uri(mirror, name + ".gz");
                string? failure = await TryFetchAsync(client, address, name, folder, sources, cancellationToken).ConfigureAwait(false);
                if (failure is null)
                {
                    failures.Clear();
                    break;
                }

                // Last for the files to come, so that a dead mirror costs its time limit once.
                failures.Add($"{address}: {failure}");
                mirrors.Remove(mirror);
                mirrors.Add(mirror);
            }

            if (failures.Count > 0)
                throw Unavailable($"{tried} {name}", failures);
        }
    }

    // Null on success, else the reason of the failure.
    private static async Task<string?> TryFetchAsync(
        HttpClient client, Uri address, string name, string folder, MnistSources sources, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, name + ".gz");
        string temporary = AtomicFile.TemporaryName(path);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(sources.FileLimit);
        try
        {
            Directory.CreateDirectory(folder);
            await DownloadAsync(client, address, temporary, limit.Token).ConfigureAwait(false);
            Mnist.Verify(new IdxPart(temporary, IdxFile.Read(temporary)), sources.Checksums[Array.IndexOf(IdxFolder.Names, name)]);
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return limit.IsCancellationRequested
                ? string.Create(CultureInfo.InvariantCulture, $"took longer than {sources.FileLimit.TotalSeconds:0.#} s")
                : e.InnerException?.Message ?? e.Message;
        }
        catch (DataFileException)
        {
            return "answered with something that is not MNIST's file";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
        finally
        {
            if (Directory.Exists(folder))
                File.Delete(temporary);
        }
    }

    private static async Task DownloadAsync(HttpClient client, Uri address, string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        using Stream content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using FileStream file = File.Create(path);
        byte[] buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (file.Length + read > LargestFile)
                throw new IOException($"sent more than {LargestFile} bytes");
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    private static DatasetUnavailableException Unavailable(string tried, IEnumerable<string> failures) => new(
        $"MNIST could not be had. {tried}; {string.Join("; ", failures.Select(failure => failure.TrimEnd('.')))}.",
        "MNIST's four files in a folder, or one of the mirrors within reach.",
        $"Connect to the network once, or put the four files (plain or .gz) into a folder and name it by {Mnist.FolderVariable}.");
}
