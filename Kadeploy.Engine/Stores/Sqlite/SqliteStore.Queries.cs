using System.Collections.Immutable;
using Dapper;
using Kadeploy.Engine.Audit;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>What users ask for.</content>
internal sealed partial class SqliteStore
{
    private const string SelectOperation =
        """
        SELECT id, kind, user, environment, nodes, simulated, state, planned_at AS plannedAt, finished_at AS finishedAt,
               ok, ko, stopped, cancelled, discarded
        FROM operations
        """;

    /// <inheritdoc/>
    public Task<ImmutableArray<Operation>> ListOperationsAsync(int limit, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Connection.Query<OperationRow>($"{SelectOperation} ORDER BY planned_at DESC, key DESC LIMIT @limit", new { limit })
                .Select(static row => row.ToOperation()).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<Operation?> FindOperationAsync(OperationId id, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Connection.QuerySingleOrDefault<OperationRow>($"{SelectOperation} WHERE id = @id", new { id = id.Value })?.ToOperation(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<OperationPlan?> FindPlanAsync(OperationId id, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Scalar("SELECT plan FROM operations WHERE id = $1", id.Value) is string json ? ReadPlan(json) : null,
            cancellationToken);

    /// <summary>Says whether a living engine runs an operation.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="now">The time now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False also when the operation has ended or is not there.</returns>
    public Task<bool> IsRunAsync(OperationId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Scalar("SELECT engine FROM operations WHERE id = $1 AND state = 0", id.Value) is string engine && IsAlive(database, engine, now),
            cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RequestCancelAsync(OperationId id, string user, CancellationToken cancellationToken) =>
        WriteAsync(
            database =>
            {
                var found = database.Connection.Execute(
                    "UPDATE operations SET cancel_requested_by = coalesce(cancel_requested_by, @user) WHERE id = @id AND state = 0",
                    new { id = id.Value, user }) == 1;
                if (found) Note(database, OperationNotes.Cancelled(id, user));
                return found;
            },
            cancellationToken);

    private sealed record OperationRow(
        string Id, long Kind, string User, string Environment, long Nodes, long Simulated, long State, long PlannedAt, long? FinishedAt,
        long Ok, long Ko, long Stopped, long Cancelled, long Discarded)
    {
        public Operation ToOperation() => new()
        {
            Id = OperationId.Parse(Id),
            Kind = (OperationKind)Kind,
            User = User,
            Environment = Environment,
            Nodes = (int)Nodes,
            Simulated = Simulated == 1,
            State = (OperationState)State,
            PlannedAt = Time(PlannedAt),
            FinishedAt = FinishedAt is { } finishedAt ? Time(finishedAt) : null,
            Results = new((int)Ok, (int)Ko, (int)Stopped, (int)Cancelled, (int)Discarded),
        };
    }
}
