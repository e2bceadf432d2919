using System.Collections.Immutable;
using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Reads rows of the log page by page, as they were when it was opened.</summary>
internal sealed class LogCursor : IDisposable
{
    private const int PageSize = 500;

    private const string Columns =
        """
        sequence, operation, kind, simulated, user, node, cluster, environment, started, duration, state,
        fault, fault_step, error, digest,
        step_1, limit_1, retries_1, duration_1, step_2, limit_2, retries_2, duration_2,
        step_3, limit_3, retries_3, duration_3, step_4, limit_4, retries_4, duration_4
        """;

    private readonly Database _database;
    private readonly LogLabels _labels;
    private readonly OperationIds _operations;
    private readonly List<long>? _sequences; // in their order; null when the query itself gives the order
    private readonly RowScan? _row;
    private int _next;

    /// <summary>Opens a query.</summary>
    /// <param name="database">The database, on a connection that nobody else uses.</param>
    /// <param name="query">The query.</param>
    /// <param name="cancellationToken">Ends the sorting.</param>
    public LogCursor(Database database, LogQuery query, CancellationToken cancellationToken)
    {
        _database = database;
        database.Execute("BEGIN"); // all pages are of one moment
        (_labels, _operations) = (new(database), new(database));
        if (LogFilterSql.Of(database, query.Filter) is not { } condition) return;
        if (query.Sort is [] or [{ Field: LogField.Start }])
        {
            var descending = query.Sort is [{ Descending: true }] ? " DESC" : "";
            _row = new(
                database,
                $"""
                 SELECT {Columns} FROM log INDEXED BY log_by_start WHERE {condition.Condition} ORDER BY started{descending}, sequence LIMIT ?
                 """,
                [.. condition.Values, (long?)query.Limit ?? -1]);
            return;
        }

        _sequences = LogSort.Run(database, query, condition, _labels, cancellationToken);
        _row = new(database, $"SELECT {Columns} FROM log WHERE sequence = ?", [0L]);
    }

    /// <summary>Reads the next rows.</summary>
    /// <returns>The rows; none when there are no more.</returns>
    public List<LogEntry> Next()
    {
        var page = new List<LogEntry>(PageSize);
        while (page.Count < PageSize && Move()) page.Add(Read(_row!));
        return page;
    }

    /// <summary>Ends the reading.</summary>
    public void Dispose()
    {
        _row?.Dispose();
        _operations.Dispose();
        _database.Execute("COMMIT");
    }

    private bool Move()
    {
        if (_row is null) return false;
        if (_sequences is null) return _row.Next();
        if (_next == _sequences.Count) return false;
        _row.Restart(_sequences[_next++]);
        return _row.Next();
    }

    private LogEntry Read(RowScan row)
    {
        var steps = ImmutableArray.CreateBuilder<LogStep?>(LogEntry.MostSteps);
        for (var place = 0; place < LogEntry.MostSteps; place++)
        {
            var column = 15 + (4 * place);
            steps.Add(row.Number(column) is { } step
                ? new(_labels.Step(step).MacroStep, _labels.Step(step).Instance, Span(row.Number(column + 1)), (int)row.Long(column + 2), Span(row.Number(column + 3)))
                : null);
        }

        while (steps.Count > 0 && steps[^1] is null) steps.RemoveAt(steps.Count - 1);
        var where = row.Number(12) is { } faultStep ? _labels.Step(faultStep) : null;
        return new()
        {
            Sequence = row.Long(0),
            Operation = _operations.Id(row.Long(1)),
            Kind = (OperationKind)row.Long(2),
            Simulated = row.Long(3) == 1,
            User = _labels.Text(row.Long(4)),
            Node = _labels.Node(row.Long(5)),
            Cluster = _labels.Text(row.Long(6)),
            Environment = EnvironmentText.Shorten(_labels.Text(row.Long(7))),
            Start = SqliteStore.Time(row.Long(8)),
            Duration = new(row.Long(9)),
            State = (NodeState)row.Long(10),
            Fault = row.Text(11) is { } code ? FaultCode.Parse(code) : null,
            Error = row.Text(13) is { } error ? where is null ? error : $"{where.Instance}-{where.MicroStep}: {error}" : null,
            ImageDigest = row.Number(14) is { } digest ? _labels.Text(digest) : null,
            Steps = steps.ToImmutable(),
        };
    }

    private static TimeSpan? Span(long? ticks) => ticks is { } known ? new(known) : null;
}
