using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Fetches files by HTTP into a folder, where each is kept by its digest.</summary>
/// <remarks>What was fetched before is asked for with a condition (RFC 9110 §13), and not sent again while it is the same. A connection that breaks is
/// resumed where it broke when the server can say that the file is still the same one, else the file is fetched anew.</remarks>
/// <param name="folder">The folder.</param>
/// <param name="client">The client; it follows redirects, bounded, and verifies certificates.</param>
/// <param name="time">The clock of limits.</param>
internal sealed class Downloads(string folder, HttpClient client, TimeProvider time)
{
    private const int Attempts = 5;
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Says what would keep a file from being fetched.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A message for users, or null.</returns>
    public async Task<string?> FindProblemAsync(Uri location, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, location);
            using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            // A server need not know HEAD for a file (RFC 9110 §9.3.2): then nothing is known before it is fetched.
            var known = response.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented);
            return known && !response.IsSuccessStatusCode ? Refused(location, response) : null;
        }
        catch (Exception failure) when (IsOfTheNetwork(failure, cancellationToken))
        {
            return $"{location} cannot be reached: {Reason(failure)}";
        }
    }

    /// <summary>Fetches a file.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="sha256">The digest that it must have, or null.</param>
    /// <param name="cancellationToken">Ends it; nothing is kept of what is not whole.</param>
    /// <returns>The file.</returns>
    /// <exception cref="OperationFailedException">It cannot be had, or is another one.</exception>
    public async Task<SourceFile> FetchAsync(Uri location, string? sha256, CancellationToken cancellationToken)
    {
        if (sha256 is not null && Kept(sha256) is { } kept) return kept;
        var temporary = Path.Combine(folder, $"{Guid.NewGuid():N}.part");
        try
        {
            Directory.CreateDirectory(folder);
            var known = await ReadNoteAsync(location, cancellationToken).ConfigureAwait(false);
            var file = await ReceiveAsync(location, temporary, known, cancellationToken).ConfigureAwait(false);
            if (sha256 is not null && file.Sha256 != sha256)
            {
                throw new OperationFailedException(
                    FaultCodes.ImageDigest, $"{location} has SHA-256 {file.Sha256}, but {sha256} is recorded: the file was changed, or the record is wrong");
            }

            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new OperationFailedException(FaultCodes.SourceFile, $"{location} cannot be kept in '{folder}': {failure.Message}", failure);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private async Task<SourceFile> ReceiveAsync(Uri location, string temporary, Note? known, CancellationToken cancellationToken)
    {
        var pause = Pause;
        string? tag = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var have = tag is not null && File.Exists(temporary) ? new FileInfo(temporary).Length : 0;
                using var request = new HttpRequestMessage(HttpMethod.Get, location);
                if (have > 0)
                {
                    request.Headers.Range = new(have, null);
                    request.Headers.IfRange = new(new EntityTagHeaderValue(tag!));
                }
                else if (known is { Tag.Length: > 0 })
                {
                    request.Headers.TryAddWithoutValidation("If-None-Match", known.Tag);
                }

                using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.NotModified && known is not null && Kept(known.Digest) is { } kept) return kept;
                if (!response.IsSuccessStatusCode)
                {
                    var refused = new OperationFailedException(FaultCodes.SourceFile, Refused(location, response));
                    if ((int)response.StatusCode < 500 || attempt == Attempts) throw refused;
                }
                else
                {
                    var append = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
                    if (response.StatusCode == HttpStatusCode.PartialContent && !append)
                        throw new HttpRequestException("the server sent another part than the one that was asked for");
                    tag = response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : null;
                    await CopyAsync(response, temporary, append, cancellationToken).ConfigureAwait(false);
                    return await KeepAsync(location, temporary, response.Headers.ETag?.ToString() ?? "", cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (IsOfTheNetwork(failure, cancellationToken))
            {
                if (attempt == Attempts)
                {
                    throw new OperationFailedException(FaultCodes.SourceFile, string.Create(
                        CultureInfo.InvariantCulture, $"{location} cannot be fetched, tried {Attempts} times: {Reason(failure)}"), failure);
                }
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, string temporary, bool append, CancellationToken cancellationToken)
    {
        var mode = append ? FileMode.Append : FileMode.Create;
        var target = new FileStream(temporary, mode, FileAccess.Write, FileShare.Read, 0, FileOptions.Asynchronous);
        await using var closing = target.ConfigureAwait(false);
        var source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[256 * 1024];
        while (true)
        {
            int count;
            try
            {
                using var limit = new CancellationTokenSource(StallLimit, time);
                // Fires for: the callers; a server that sends nothing any more.
                using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
                count = await source.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            }
            catch (IOException broken)
            {
                throw new HttpRequestException(broken.Message, broken); // of the network, not of the disk
            }

            if (count == 0)
            {
                // Its name will say its digest for ever: after a power failure, too, it must be the file or none.
                target.Flush(flushToDisk: true);
                return;
            }

            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SourceFile> KeepAsync(Uri location, string temporary, string tag, CancellationToken cancellationToken)
    {
        string digest;
        long length;
        using (var file = new FileStream(temporary, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan))
        {
            digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
            length = file.Length;
        }

        var path = Path.Combine(folder, digest);
        File.Move(temporary, path, overwrite: true);
        var note = NoteOf(location);
        await File.WriteAllTextAsync($"{note}.{digest}", $"{digest}\n{tag}\n", cancellationToken).ConfigureAwait(false);
        File.Move($"{note}.{digest}", note, overwrite: true);
        return new(path, length, digest);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StallLimit, time);
        // Fires for: the callers; a server that does not answer.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
    }

    private SourceFile? Kept(string digest)
    {
        var file = new FileInfo(Path.Combine(folder, digest));
        return file.Exists ? new(file.FullName, file.Length, digest) : null;
    }

    private string NoteOf(Uri location) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(location.AbsoluteUri))) + ".source");

    private async Task<Note?> ReadNoteAsync(Uri location, CancellationToken cancellationToken)
    {
        var note = NoteOf(location);
        if (!File.Exists(note)) return null;
        return await File.ReadAllLinesAsync(note, cancellationToken).ConfigureAwait(false) is [{ Length: 64 } digest, var tag] && Kept(digest) is not null
            ? new(digest, tag)
            : null;
    }

    private static bool IsOfTheNetwork(Exception failure, CancellationToken cancellationToken) =>
        failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Reason(Exception failure) =>
        failure is OperationCanceledException ? $"no answer for {StallLimit.TotalSeconds:0} s" : failure.InnerException?.Message ?? failure.Message;

    private static string Refused(Uri location, HttpResponseMessage response) => string.Create(
        CultureInfo.InvariantCulture, $"{location} cannot be fetched: the server answers {(int)response.StatusCode} {response.ReasonPhrase}");

    private sealed record Note(string Digest, string Tag);
}
