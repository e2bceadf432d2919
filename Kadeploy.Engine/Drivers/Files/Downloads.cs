using System.Globalization;
using System.Net;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>Fetches files by HTTP into the cache.</summary>
/// <remarks>One file is fetched once, however many ask, also in other processes. What was fetched before is asked for with a condition (RFC 9110 §13), and not sent again while it is
/// the same. A transfer that breaks off is gone on with where it broke when the server can say that the file is still the same one, also by the next process; else it
/// begins anew. Mirrors are asked when an address fails.</remarks>
/// <param name="cache">The cache.</param>
/// <param name="web">Asks servers.</param>
/// <param name="mirrors">Other places of files.</param>
/// <param name="time">The clock of limits.</param>
internal sealed class Downloads(FileCache cache, WebClient web, FileMirrors mirrors, TimeProvider time)
{
    private const int Rounds = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    // Another process's lock can only be tried.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly SharedWork<string> _work = new();

    /// <summary>Says what would keep a file from being fetched.</summary>
    /// <param name="wish">The file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A message for users, or null.</returns>
    public async Task<string?> FindProblemAsync(FileWish wish, CancellationToken cancellationToken)
    {
        string? problem = null;
        foreach (var location in mirrors.Of(wish.Location))
        {
            try
            {
                using var response = await web.SendAsync(HttpMethod.Head, location, null, cancellationToken).ConfigureAwait(false);
                // A server need not know HEAD for a file (RFC 9110 §9.3.2): then nothing is known before it is fetched.
                var known = response.StatusCode is not (HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented);
                if (!known) return null;
                if (response.IsSuccessStatusCode) return response.Content.Headers.ContentLength is { } length ? TooBig(wish, length) : null;
                problem ??= $"{location} cannot be fetched: {Answer(response)}";
            }
            catch (WebRefusedException refused)
            {
                problem ??= $"{location} cannot be fetched: {refused.Message}";
            }
            catch (HttpRequestException failure)
            {
                problem ??= $"{location} cannot be reached: {Reason(failure)}";
            }
        }

        return problem;
    }

    /// <summary>Says whether a file is larger than it may be.</summary>
    /// <param name="wish">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>A message for users, or null.</returns>
    public static string? TooBig(FileWish wish, long length) => wish.Limit is { } limit && length > limit
        ? $"the file '{(wish.Location.IsFile ? wish.Location.LocalPath : wish.Location)}' is too big ({FileCache.Size(length)}; {FileCache.Size(limit)} is the max allowed size)"
        : null;

    /// <summary>Fetches a file.</summary>
    /// <param name="wish">The file.</param>
    /// <param name="cancellationToken">Ends the wait; what has come so far is gone on with later.</param>
    /// <returns>The file in use.</returns>
    /// <exception cref="OperationFailedException">It cannot be had, or is another one.</exception>
    public async Task<CacheUse> FetchAsync(FileWish wish, CancellationToken cancellationToken)
    {
        const int Tries = 5;
        if (wish.Sha256 is { } expected && await cache.UseAsync(expected, cancellationToken).ConfigureAwait(false) is { } kept) return Checked(wish, kept);
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{wish.Limit} {wish.Location.AbsoluteUri}");
            var digest = await _work.JoinAsync(key, stop => DownloadAsync(wish, stop), cancellationToken).ConfigureAwait(false);
            if (wish.Sha256 is not null && digest != wish.Sha256)
            {
                throw new OperationFailedException(
                    FaultCodes.ImageDigest, $"{wish.Location} has SHA-256 {digest}, but {wish.Sha256} is recorded: the file was changed, or the record is wrong");
            }

            // It may be gone before it is used, or turn out to be damaged: then it is fetched again.
            if (await cache.UseAsync(digest, cancellationToken).ConfigureAwait(false) is { } use) return Checked(wish, use);
        }

        throw new OperationFailedException(FaultCodes.SourceFile, $"{wish.Location} was fetched {Tries} times, and each time it was gone or damaged at once; check the disk of the state directory");
    }

    private static CacheUse Checked(FileWish wish, CacheUse use)
    {
        if (TooBig(wish, use.File.Length) is not { } problem) return use;
        use.Dispose();
        throw new OperationFailedException(FaultCodes.SourceFile, problem);
    }

    private async Task<string> DownloadAsync(FileWish wish, CancellationToken cancellationToken)
    {
        var location = wish.Location.AbsoluteUri;
        var asked = time.GetUtcNow();
        while (true)
        {
            try
            {
                using var arrival = await cache.Store.BeginArrivalAsync(location, CacheFolder.NewId(time.GetUtcNow()), time.GetUtcNow(), Claim, cancellationToken).ConfigureAwait(false);
                if (arrival is not null) return await ReceiveAsync(wish, arrival, asked, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new OperationFailedException(
                    FaultCodes.SourceFile, $"{wish.Location} cannot be kept in the state directory: {failure.Message}; make room there, or lower 'server: files: size:' in kadeploy.yml", failure);
            }

            await Task.Delay(LookEvery, time, cancellationToken).ConfigureAwait(false);
        }

        Arrival? Claim(CacheArrival row) => cache.Folder.TryWrite(row.Id) is { } file ? new(row, file, cache.Store) : null;
    }

    private async Task<string> ReceiveAsync(FileWish wish, Arrival arrival, DateTimeOffset asked, CancellationToken cancellationToken)
    {
        var whole = false;
        try
        {
            var known = await cache.Store.FindCacheSourceAsync(wish.Location.AbsoluteUri, cancellationToken).ConfigureAwait(false);
            // Another process has asked for it while this one waited.
            if (known is not null && known.CheckedAt > asked) return known.Sha256;
            await arrival.RecoverAsync(cancellationToken).ConfigureAwait(false);
            var digest = await ReceiveInRoundsAsync(wish, arrival, known, cancellationToken).ConfigureAwait(false);
            whole = digest.IsNew;
            return digest.Sha256;
        }
        finally
        {
            if (!whole) await LeaveAsync(arrival).ConfigureAwait(false);
        }
    }

    /// <summary>Leaves behind what the next attempt can go on with, and removes all else.</summary>
    private async Task LeaveAsync(Arrival arrival)
    {
        if (!arrival.IsHeld) return; // it was whole, and could not be noted as such: what was noted before holds
        // The caller's token has perhaps fired: this has to be done all the same, and takes no time.
        if (arrival.CanGoOn)
        {
            await arrival.NoteAsync(CancellationToken.None).ConfigureAwait(false);
            return;
        }

        arrival.Dispose();
        await cache.RemoveAsync(arrival.Id, _ => cache.Folder.IsFree(arrival.Id), CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<(string Sha256, bool IsNew)> ReceiveInRoundsAsync(FileWish wish, Arrival arrival, CacheSource? known, CancellationToken cancellationToken)
    {
        var pause = Pause;
        for (var round = 1; ; round++)
        {
            var (problem, hopeless) = ("", true);
            var wait = pause;
            foreach (var from in mirrors.Of(wish.Location))
            {
                try
                {
                    return await ReceiveAsync(wish, from, arrival, known, cancellationToken).ConfigureAwait(false);
                }
                catch (WebRefusedException refused)
                {
                    if (problem.Length == 0) problem = $"{from} cannot be fetched: {refused.Message}";
                }
                catch (HttpRequestException failure)
                {
                    if (hopeless) problem = string.Create(CultureInfo.InvariantCulture, $"{from} cannot be fetched, tried {round} {(round == 1 ? "time" : "times")}: {Reason(failure)}");
                    hopeless = false;
                    if (failure is Busy { After: { } after }) wait = after > wait ? after : wait;
                }
            }

            if (hopeless || round == Rounds) throw new OperationFailedException(FaultCodes.SourceFile, problem);
            await Task.Delay(wait < LongestPause ? wait : LongestPause, time, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    private async Task<(string Sha256, bool IsNew)> ReceiveAsync(FileWish wish, Uri from, Arrival arrival, CacheSource? known, CancellationToken cancellationToken)
    {
        var goingOn = arrival.CanGoOn && arrival.ServedBy == from.AbsoluteUri;
        var conditional = !goingOn && known is { ETag: not null } or { LastModified: not null } && known.ServedBy == from.AbsoluteUri;
        using var response = await web.SendAsync(HttpMethod.Get, from, Prepare, cancellationToken).ConfigureAwait(false);
        if (conditional && response.StatusCode == HttpStatusCode.NotModified)
        {
            await cache.Store.ConfirmCacheSourceAsync(wish.Location.AbsoluteUri, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            return (known!.Sha256, false);
        }

        if (goingOn && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            arrival.Restart(null, null, null);
            throw new HttpRequestException("the file is shorter than what has come of it already");
        }

        if (!response.IsSuccessStatusCode) throw Failure(response);
        var (etag, modified) = (response.Headers.ETag?.ToString(), Text(response.Content.Headers.LastModified));
        long? length;
        if (goingOn && response.StatusCode == HttpStatusCode.PartialContent)
        {
            var range = response.Content.Headers.ContentRange;
            if (range?.From != arrival.Position || (etag is not null && etag != arrival.Validator && !arrival.Validator!.EndsWith("GMT", StringComparison.Ordinal)))
            {
                arrival.Restart(null, null, null);
                throw new HttpRequestException("the server sent another part than the one that was asked for");
            }

            length = range.Length;
        }
        else if (response.StatusCode == HttpStatusCode.OK)
        {
            arrival.Restart(from.AbsoluteUri, etag, modified);
            length = response.Content.Headers.ContentLength;
        }
        else
        {
            throw Failure(response);
        }

        await CopyAsync(wish, response, arrival, length, cancellationToken).ConfigureAwait(false);
        return (await KeepAsync(wish, arrival, cancellationToken).ConfigureAwait(false), true);

        void Prepare(HttpRequestMessage request)
        {
            if (goingOn)
            {
                request.Headers.Range = new(arrival.Position, null);
                request.Headers.TryAddWithoutValidation("If-Range", arrival.Validator);
            }
            else if (conditional)
            {
                if (known!.ETag is { } tag) request.Headers.TryAddWithoutValidation("If-None-Match", tag);
                else request.Headers.TryAddWithoutValidation("If-Modified-Since", known.LastModified);
            }
        }
    }

    private async Task CopyAsync(FileWish wish, HttpResponseMessage response, Arrival arrival, long? length, CancellationToken cancellationToken)
    {
        const long Ahead = 256L << 20; // of a file whose length the server does not tell
        var reserved = length ?? arrival.Position + Ahead;
        if (length is { } known && TooBig(wish, known) is { } tooBig) throw new OperationFailedException(FaultCodes.SourceFile, tooBig);
        await cache.MakeRoomAsync(arrival.Id, length is null ? Math.Min(reserved, cache.Limit) : reserved, wish.Location, cancellationToken).ConfigureAwait(false);
        var source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[256 * 1024];
        while (await ReadAsync(source, buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
        {
            var after = arrival.Position + count;
            if (TooBig(wish, after) is { } problem) throw new OperationFailedException(FaultCodes.SourceFile, problem);
            if (after > reserved)
            {
                reserved += Ahead;
                await cache.MakeRoomAsync(arrival.Id, Math.Max(after, Math.Min(reserved, cache.Limit)), wish.Location, cancellationToken).ConfigureAwait(false);
            }

            await arrival.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }

        if (length is { } all && arrival.Position != all)
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{arrival.Position} bytes came, and the server had promised {all}"));
    }

    private async Task<int> ReadAsync(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(WebClient.StallLimit, time);
        // Fires for: the callers; a server that sends nothing any more.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await source.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (IOException broken)
        {
            throw new HttpRequestException(broken.Message, broken); // of the network, not of the disk
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"nothing came any more for {WebClient.StallLimit.TotalSeconds:0} s");
        }
    }

    private async Task<string> KeepAsync(FileWish wish, Arrival arrival, CancellationToken cancellationToken)
    {
        var (digest, length, now) = (arrival.Finish(), arrival.Position, time.GetUtcNow());
        using var use = await cache.Store.CompleteArrivalAsync(
            arrival.Id, digest, length, arrival.Source(digest, now), now,
            entry =>
            {
                arrival.Dispose(); // what is held alone cannot be used
                return cache.Open(entry);
            },
            cancellationToken).ConfigureAwait(false);
        if (use is null) throw new OperationFailedException(FaultCodes.SourceFile, $"{wish.Location} was fetched, but somebody has taken it out of the cache");
        if (use.Id == arrival.Id) cache.Trust(use.Id);
        await cache.SweepAsync(cancellationToken).ConfigureAwait(false);
        return digest;
    }

    private static Exception Failure(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is not (>= 500 or 408 or 425 or 429)) return new WebRefusedException(Answer(response));
        return new Busy(Answer(response), response.Headers.RetryAfter?.Delta);
    }

    private static string Answer(HttpResponseMessage response) =>
        string.Create(CultureInfo.InvariantCulture, $"the server answers {(int)response.StatusCode} {Quoted.Text(response.ReasonPhrase ?? "")}").TrimEnd();

    private static string Reason(Exception failure) => failure.InnerException?.Message ?? failure.Message;

    private static string? Text(DateTimeOffset? time) => time?.ToString("r", CultureInfo.InvariantCulture);

    private sealed class Busy(string message, TimeSpan? after) : HttpRequestException(message)
    {
        public TimeSpan? After => after;
    }
}
