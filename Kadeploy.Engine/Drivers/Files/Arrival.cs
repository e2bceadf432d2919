using System.Security.Cryptography;
using Kadeploy.Engine.Stores;

namespace Kadeploy.Engine.Drivers.Files;

/// <summary>A file that is being fetched into the cache: its bytes so far, their digest, and what says whether they can be gone on with.</summary>
/// <param name="row">What is known of it.</param>
/// <param name="file">The file, open for this alone.</param>
/// <param name="store">Where it is noted.</param>
internal sealed class Arrival(CacheArrival row, FileStream file, IFileCacheStore store) : IDisposable
{
    // What is noted as written stays when the power fails; more often, and the disk does little else.
    private const long NoteEvery = 64L << 20;

    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private CacheArrival _row = row;

    /// <summary>Gets its identifier.</summary>
    public string Id => _row.Id;

    /// <summary>Gets a value indicating whether the file is held still.</summary>
    public bool IsHeld { get; private set; } = true;

    /// <summary>Gets how many bytes there are.</summary>
    public long Position { get; private set; }

    /// <summary>Gets a value indicating whether the bytes can be gone on with.</summary>
    public bool CanGoOn => Position > 0 && _row.ServedBy is not null && Validator is not null;

    /// <summary>Gets what tells whether the file at the address is still the same: a strong entity tag, or a time; null when nothing does.</summary>
    public string? Validator => _row.ETag is { } tag && !tag.StartsWith("W/", StringComparison.Ordinal) ? tag : _row.LastModified;

    /// <summary>Gets the address of the bytes.</summary>
    public string? ServedBy => _row.ServedBy;

    /// <summary>Reads what an earlier attempt, perhaps of another process, left on the disk for sure.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task.</returns>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        var keep = Validator is null || _row.ServedBy is null ? 0 : Math.Min(_row.Durable, file.Length);
        file.Position = 0;
        var buffer = new byte[1 << 20];
        while (Position < keep)
        {
            var count = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, keep - Position)), cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            _hash.AppendData(buffer, 0, count);
            Position += count;
        }

        file.SetLength(Position);
        file.Position = Position;
    }

    /// <summary>Begins anew with the bytes of an address.</summary>
    /// <param name="servedBy">The address.</param>
    /// <param name="etag">Its entity tag, or null.</param>
    /// <param name="lastModified">Its time of modification, or null.</param>
    public void Restart(string? servedBy, string? etag, string? lastModified)
    {
        _row = _row with { ServedBy = servedBy, ETag = etag, LastModified = lastModified, Durable = 0 };
        _hash.Dispose();
        _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        file.SetLength(0);
        file.Position = Position = 0;
    }

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A task.</returns>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await file.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _hash.AppendData(bytes.Span);
        Position += bytes.Length;
        if (Position - _row.Durable >= NoteEvery) await NoteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings all bytes onto the disk and notes that they are there, so that anybody can go on after them.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task.</returns>
    public async Task NoteAsync(CancellationToken cancellationToken)
    {
        file.Flush(flushToDisk: true);
        _row = _row with { Durable = Position };
        await store.NoteArrivalAsync(_row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings all bytes onto the disk and gives their digest.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public string Finish()
    {
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    /// <summary>Describes where the bytes are from.</summary>
    /// <param name="sha256">Their digest.</param>
    /// <param name="now">The time now.</param>
    /// <returns>The source.</returns>
    public CacheSource Source(string sha256, DateTimeOffset now) => new(_row.Location, sha256, _row.ServedBy!, _row.ETag, _row.LastModified, now);

    /// <inheritdoc/>
    public void Dispose()
    {
        IsHeld = false;
        _hash.Dispose();
        file.Dispose();
    }
}
