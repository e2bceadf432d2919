using System.Collections.Immutable;
using System.Text.Json;
using Kadeploy.Engine.Audit;
using Kadeploy.Engine.Json;
using Microsoft.Data.Sqlite;

namespace Kadeploy.Engine.Stores.Sqlite;

/// <content>Environments.</content>
internal sealed partial class SqliteStore : IEnvironmentStore
{
    private const string SelectEnvironments =
        """
        SELECT latest.description, latest.revision, first.at, latest.at, latest.user
        FROM environments
        JOIN environment_revisions latest ON latest.environment = environments.key AND latest.revision = environments.revision
        JOIN environment_revisions first ON first.environment = environments.key AND first.revision =
          (SELECT max(revision) FROM environment_revisions WHERE environment = environments.key AND kind = 0)
        WHERE deleted = 0
        """;

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>> ReadEnvironmentsAsync(string? name, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => (name is null
                ? database.Query(SelectEnvironments, ReadEnvironment)
                : database.Query(SelectEnvironments + " AND environments.name = $1", ReadEnvironment, name)).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<EnvironmentRevision>> ReadRevisionsAsync(string name, string owner, CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Query(
                """
                SELECT description, environment_revisions.revision, kind, at, environment_revisions.user
                FROM environments JOIN environment_revisions ON environment = key
                WHERE name = $1 AND environments.user = $2 ORDER BY version, environment_revisions.revision
                """,
                static row => new EnvironmentRevision(
                    Description(row), (EnvironmentChangeKind)row.GetInt64(2), Time(row.GetInt64(3)), row.GetString(4)),
                name, owner).ToImmutableArray(),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>?> WriteEnvironmentsAsync(
        ImmutableArray<EnvironmentWrite> changes, string user, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync<ImmutableArray<RecordedEnvironment>?>(
            database =>
            {
                if (changes.Any(change => CurrentRevision(database, change.Environment) != change.Expected)) return null;
                Note(database, changes.Select(change => new AuditNote(
                    user, AuditAction.Changed, $"environment {change.Environment.Name} version {change.Environment.Version} of {change.Environment.User}: {change.Kind.ToString().ToLowerInvariant()}")));
                return [.. changes.Select(change => WriteEnvironment(database, change, user, now))];
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<OperationPlan>> ReadUnfinishedPlansAsync(CancellationToken cancellationToken) =>
        Reader.RunAsync(
            database => database.Query("SELECT plan FROM operations WHERE state = 0 ORDER BY key", static row => ReadPlan(row.GetString(0))).ToImmutableArray(),
            cancellationToken);

    private static int CurrentRevision(Database database, KaEnvironment environment) => (int)(long)(database.Scalar(
        "SELECT revision FROM environments WHERE name = $1 AND version = $2 AND user = $3 AND deleted = 0",
        environment.Name, (long)environment.Version, environment.User) ?? 0L);

    private static RecordedEnvironment WriteEnvironment(Database database, EnvironmentWrite change, string user, DateTimeOffset now)
    {
        var environment = change.Environment;
        var deleted = change.Kind == EnvironmentChangeKind.Deleted ? 1L : 0L;
        var (key, revision) = database.Query(
            """
            INSERT INTO environments (name, version, user, revision, deleted) VALUES ($1, $2, $3, 1, $4)
            ON CONFLICT (name, version, user) DO UPDATE SET revision = revision + 1, deleted = $4
            RETURNING key, revision
            """,
            static row => (row.GetInt64(0), (int)row.GetInt64(1)),
            environment.Name, (long)environment.Version, environment.User, deleted)[0];
        environment = environment with { Revision = revision };
        database.Execute(
            "INSERT INTO environment_revisions (environment, revision, kind, at, user, description) VALUES ($1, $2, $3, $4, $5, $6)",
            key, (long)revision, (long)change.Kind, Ticks(now), user, JsonSerializer.Serialize(environment, StoreJson.Default.KaEnvironment));
        var added = (long)database.Scalar(
            "SELECT at FROM environment_revisions WHERE environment = $1 AND kind = 0 ORDER BY revision DESC LIMIT 1", key)!;
        return new(environment, Time(added), now, user);
    }

    private static RecordedEnvironment ReadEnvironment(SqliteDataReader row) =>
        new(Description(row), Time(row.GetInt64(2)), Time(row.GetInt64(3)), row.GetString(4));

    private static KaEnvironment Description(SqliteDataReader row) =>
        JsonSerializer.Deserialize(row.GetString(0), StoreJson.Default.KaEnvironment)! with { Revision = (int)row.GetInt64(1) };
}
