using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>The cache of files.</content>
internal sealed partial class SqliteStore : IFileCacheStore
{
    private const string SelectCached = "SELECT id, state, sha256, length, pinned, added_at, used_at, verified_at FROM cache_files";

    /// <inheritdoc/>
    public Task<T?> UseCachedAsync<T>(string sha256, DateTimeOffset now, Func<CacheEntry, T?> open, CancellationToken cancellationToken)
        where T : class =>
        WriteAsync(database => Use(database, sha256, now, open), cancellationToken);

    /// <inheritdoc/>
    public Task<CacheSource?> FindCacheSourceAsync(string location, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Query(
                """
                SELECT location, sha256, cache_sources.served_by, cache_sources.etag, cache_sources.last_modified, checked_at
                FROM cache_sources JOIN cache_files ON id = file WHERE location = $1 AND state = 1
                """,
                static row => new CacheSource(
                    row.GetString(0), row.GetString(1), row.GetString(2), Text(row, 3), Text(row, 4), Time(row.GetInt64(5))),
                location).FirstOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    public Task ConfirmCacheSourceAsync(string location, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(database => database.Execute("UPDATE cache_sources SET checked_at = $2 WHERE location = $1", location, Ticks(now)), cancellationToken);

    /// <inheritdoc/>
    public Task<T?> BeginArrivalAsync<T>(string location, string id, DateTimeOffset now, Func<CacheArrival, T?> claim, CancellationToken cancellationToken)
        where T : class =>
        WriteAsync(
            database =>
            {
                var earlier = database.Query(
                    "SELECT id, served_by, etag, last_modified, durable FROM cache_files WHERE state = 0 AND source = $1",
                    row => new CacheArrival(row.GetString(0), location, Text(row, 1), Text(row, 2), Text(row, 3), row.GetInt64(4)),
                    location).FirstOrDefault();
                if (earlier is null)
                {
                    database.Execute(
                        """
                        INSERT INTO cache_files (id, state, length, source, durable, pinned, added_at, used_at, verified_at)
                        VALUES ($1, 0, 0, $2, 0, 0, $3, $3, $3)
                        """,
                        id, location, Ticks(now));
                }

                return claim(earlier ?? new(id, location, null, null, null, 0));
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task NoteArrivalAsync(CacheArrival arrival, CancellationToken cancellationToken) =>
        WriteAsync(
            database => database.Execute(
                "UPDATE cache_files SET served_by = $2, etag = $3, last_modified = $4, durable = $5, length = max(length, $5) WHERE id = $1 AND state = 0",
                arrival.Id, arrival.ServedBy, arrival.ETag, arrival.LastModified, arrival.Durable),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ReserveCacheAsync(string id, long length, long limit, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                var others = (long)(database.Scalar("SELECT sum(length) FROM cache_files WHERE id <> $1", id) ?? 0L);
                return others + length <= limit && database.Execute("UPDATE cache_files SET length = $2 WHERE id = $1", id, length) == 1;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<T?> CompleteArrivalAsync<T>(
        string id, string sha256, long length, CacheSource source, DateTimeOffset now, Func<CacheEntry, T?> open, CancellationToken cancellationToken)
        where T : class =>
        WriteAsync(
            database =>
            {
                var present = (string?)database.Scalar("SELECT id FROM cache_files WHERE state = 1 AND sha256 = $1", sha256);
                if (present is null)
                {
                    database.Execute(
                        """
                        UPDATE cache_files SET state = 1, sha256 = $2, length = $3, source = NULL, served_by = NULL, etag = NULL, last_modified = NULL,
                          durable = $3, added_at = $4, verified_at = $4 WHERE id = $1
                        """,
                        id, sha256, length, Ticks(now));
                }
                else
                {
                    database.Execute("UPDATE cache_files SET state = 2, length = $2, source = NULL WHERE id = $1", id, length);
                }

                database.Execute(
                    """
                    INSERT INTO cache_sources (location, file, served_by, etag, last_modified, checked_at) VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (location) DO UPDATE SET file = $2, served_by = $3, etag = $4, last_modified = $5, checked_at = $6
                    """,
                    source.Location, present ?? id, source.ServedBy, source.ETag, source.LastModified, Ticks(source.CheckedAt));
                return Use(database, sha256, now, open);
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveCachedAsync(string id, Func<bool, bool> may, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                if (database.Scalar("SELECT pinned FROM cache_files WHERE id = $1 AND state <> 2", id) is not long pinned || !may(pinned == 1)) return false;
                Remove(database, id);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task ForgetCachedAsync(ImmutableArray<string> ids, CancellationToken cancellationToken) =>
        WriteAsync(database => ids.Sum(id => database.Execute("DELETE FROM cache_files WHERE id = $1 AND state = 2", id)), cancellationToken);

    /// <inheritdoc/>
    public Task SetCachedAsync(string id, bool? pinned, DateTimeOffset? verifiedAt, CancellationToken cancellationToken) =>
        WriteAsync(
            database => database.Execute(
                "UPDATE cache_files SET pinned = coalesce($2, pinned), verified_at = coalesce($3, verified_at) WHERE id = $1 AND state = 1",
                id, pinned is { } pin ? (pin ? 1L : 0L) : null, verifiedAt is { } at ? Ticks(at) : null),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<CacheEntry>> ListCachedAsync(CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database =>
            {
                var sources = database.Query("SELECT file, location FROM cache_sources ORDER BY location", static row => (File: row.GetString(0), Location: row.GetString(1)))
                    .ToLookup(static each => each.File, static each => each.Location);
                return database.Query($"{SelectCached} ORDER BY used_at DESC, id DESC", ReadCached)
                    .Select(entry => entry with { Sources = [.. sources[entry.Id]] }).ToImmutableArray();
            },
            cancellationToken);

    private static T? Use<T>(Database database, string sha256, DateTimeOffset now, Func<CacheEntry, T?> open)
        where T : class
    {
        if (database.Query($"{SelectCached} WHERE state = 1 AND sha256 = $1", ReadCached, sha256).FirstOrDefault() is not { } entry) return null;
        var used = open(entry);
        if (used is null) Remove(database, entry.Id);
        else database.Execute("UPDATE cache_files SET used_at = $2 WHERE id = $1", entry.Id, Ticks(now));
        return used;
    }

    private static void Remove(Database database, string id)
    {
        database.Execute("DELETE FROM cache_sources WHERE file = $1", id);
        database.Execute("UPDATE cache_files SET state = 2, source = NULL WHERE id = $1", id);
    }

    private static CacheEntry ReadCached(SqliteDataReader row) => new(
        row.GetString(0), (CacheState)row.GetInt64(1), Text(row, 2), row.GetInt64(3), row.GetInt64(4) == 1, Time(row.GetInt64(5)), Time(row.GetInt64(6)),
        Time(row.GetInt64(7)));

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
