using System.Collections.Immutable;
using Kadeploy.Engine.Json;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>Engines: who is alive.</content>
internal sealed partial class SqliteStore
{
    private Task? _preparation;

    /// <inheritdoc/>
    public Task RegisterEngineAsync(EngineId engine, DateTimeOffset expires, CancellationToken cancellationToken)
    {
        // The description of a plan as JSON takes 100 ms and more to be compiled. An engine is going to need it: the thread that has nothing to do
        // yet begins with it now. Whoever comes later waits for no more than the rest.
        _preparation ??= Reader.RunAsync(static _ => StoreJson.Default.OperationPlan, CancellationToken.None);
        return WriteAsync(
            database =>
            {
                var locked = _locks.Take(engine);
                try
                {
                    _locks.Sweep(other => other == engine || IsRegistered(database, other));
                    return database.Execute(
                        "INSERT INTO engines (id, expires_at, locked) VALUES ($1, $2, $3)", Text(engine), Ticks(expires), locked ? 1L : 0L);
                }
                catch
                {
                    _locks.Release(engine);
                    throw;
                }
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<CancelRequest>> RenewAsync(
        EngineId engine, DateTimeOffset now, DateTimeOffset expires, CancellationToken cancellationToken) =>
        WriteAsync<ImmutableArray<CancelRequest>>(
            engine,
            database =>
            {
                database.Execute("UPDATE engines SET expires_at = $2 WHERE id = $1", Text(engine), Ticks(expires));
                RemoveEndedRights(database, now);
                return
                [
                    .. database.Query(
                        "SELECT id, cancel_requested_by FROM operations WHERE state = 0 AND engine = $1 AND cancel_requested_by IS NOT NULL ORDER BY key",
                        static row => new CancelRequest(OperationId.Parse(row.GetString(0)), row.GetString(1)),
                        Text(engine)),
                    .. StoppedNodes(database, Text(engine)),
                ];
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task RetireEngineAsync(EngineId engine, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                var removed = database.Execute("DELETE FROM engines WHERE id = $1", Text(engine));
                _locks.Release(engine);
                return removed;
            },
            cancellationToken);

    private static bool IsRegistered(Database database, EngineId engine) =>
        database.Scalar("SELECT 1 FROM engines WHERE id = $1", Text(engine)) is not null;

    private static void RequireEngine(Database database, EngineId engine)
    {
        if (!IsRegistered(database, engine))
            throw new LeaseLostException($"engine {Text(engine)} no longer holds its nodes: it paused for too long and another engine has taken over");
    }

    /// <summary>Says whether an engine may still act for its operations, now or when it wakes up.</summary>
    private bool IsAlive(Database database, string engine, DateTimeOffset now) =>
        database.Query(
            "SELECT expires_at, locked FROM engines WHERE id = $1",
            row => row.GetInt64(0) > Ticks(now) && (row.GetInt64(1) == 0 || _locks.IsHeld(new(Guid.Parse(engine)))),
            engine) is [true];

    private static string Text(EngineId engine) => engine.Value.ToString("D");

    internal static long Ticks(DateTimeOffset time) => time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    internal static DateTimeOffset Time(long ticks) => new(ticks + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero);
}
