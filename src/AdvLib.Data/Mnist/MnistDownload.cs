using System.Globalization;

namespace AdvLib;

/// <summary>Downloads MNIST's files from the public mirrors. A file gets its name only once its content is verified.</summary>
internal static class MnistDownload
{
    private const int Redirections = 5;

    /// <summary>
    /// Fetches files into a folder, each from the first mirror that delivers it. Of several processes that want the same files one
    /// fetches them, and the others wait.
    /// </summary>
    /// <param name="names">Names from <see cref="IdxFolder.Names"/>.</param>
    /// <param name="folder">The folder, made when it is not there.</param>
    /// <param name="tried">Where the files were looked for before, for the message of a failure.</param>
    /// <param name="sources">Mirrors, checksums and time limits.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="DatasetUnavailableException">No mirror delivered a file.</exception>
    public static async Task FetchAsync(
        IReadOnlyList<string> names, string folder, string tried, MnistSources sources, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(sources.TotalLimit);
        try
        {
            using FolderLock mine = await FolderLock.TakeAsync(folder, limit.Token).ConfigureAwait(false);
            await FetchMissingAsync(folder, tried, sources, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string late = FormattableString.Invariant($"the download took longer than {sources.TotalLimit.TotalSeconds:0.#} s");
            throw Unavailable($"{tried} {names[0]}", late, [late]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string cause = e.Message.Replace(Path.GetFullPath(folder), "the folder", StringComparison.Ordinal);
            throw Unavailable($"{tried} {names[0]}", cause, [$"the download cannot be kept: {cause}"]);
        }
    }

    private static async Task FetchMissingAsync(string folder, string tried, MnistSources sources, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(sources.Handler?.Invoke() ?? new SocketsHttpHandler { MaxAutomaticRedirections = Redirections })
        {
            Timeout = Timeout.InfiniteTimeSpan, // Each part of a download has a limit of its own.
        };
        List<Uri> mirrors = [.. sources.Mirrors];
        foreach (string name in IdxFolder.Missing(folder))
        {
            List<string> failures = [];
            string reason = "";
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
                failures.Add($"{mirror}: {failure}");
                reason = failure;
                mirrors.Remove(mirror);
                mirrors.Add(mirror);
            }

            if (failures.Count > 0)
                throw Unavailable($"{tried} {name}", reason, failures);
        }
    }

    // Null on success, else the reason of the failure.
    private static async Task<string?> TryFetchAsync(
        HttpClient client, Uri address, string name, string folder, MnistSources sources, CancellationToken cancellationToken)
    {
        // What was received stays for the next try, at the same mirror: another may have packed the file differently.
        string path = Path.Combine(folder, name + ".gz");
        string part = $"{path}.{sources.Mirrors.ToList().FindIndex(mirror => mirror.IsBaseOf(address))}.part";
        string checksum = sources.Checksums[Array.IndexOf(IdxFolder.Names, name)];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(sources.FileLimit);
        try
        {
            bool resumed = new FileInfo(part) is { Exists: true, Length: > 0 };
            if (!await ReceiveAsync().ConfigureAwait(false) && !(resumed && await ReceiveAsync().ConfigureAwait(false)))
                return "answered with something that is not MNIST's file";
            File.Move(part, path, overwrite: true);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"took longer than {sources.FileLimit.TotalSeconds:0.#} s");
        }
        catch (DownloadException e)
        {
            return e.Message;
        }
        finally
        {
            if (new FileInfo(part) is { Exists: true, Length: 0 })
                File.Delete(part);
        }

        // Whether the whole content is the right one; a wrong one is not kept.
        async Task<bool> ReceiveAsync()
        {
            await FileDownload.ReceiveAsync(client, address, part, sources, limit.Token).ConfigureAwait(false);
            try
            {
                Mnist.Verify(IdxPart.Read(part, isLabels: false), checksum);
                return true;
            }
            catch (DataFileException)
            {
                File.Delete(part);
                return false;
            }
        }
    }

    // Few short lines: a heading, one for each failure, and two for the remedy, which the base class joins by blanks.
    private static DatasetUnavailableException Unavailable(string tried, string reason, IEnumerable<string> failures) => new(
        reason.TrimEnd('.'),
        $"MNIST could not be had: {tried}.\n  {string.Join("\n  ", failures.Select(failure => failure.TrimEnd('.')))}\n ",
        "its four files in a folder, or a mirror within reach.\n ",
        $"Connect once and run `advnb data`, or name a folder with the files (plain or .gz) by {Mnist.FolderVariable}.");
}
