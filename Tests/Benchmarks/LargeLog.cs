using System.Globalization;
using Kadeploy.Engine.Stores.Sqlite;
using Kadeploy.Engine.Stores.Sqlite.Log;

namespace Kadeploy.Benchmarks;

/// <summary>Writes a log of a year by the same code that engines do, without a journal: 8 clusters of 500 nodes, 20 environments, 50 users, 20 micro-steps.</summary>
/// <param name="rows">How many rows.</param>
internal sealed class LargeLog(int rows)
{
    private const int RowsOfTransaction = 20_000;
    private const int StepsOfMacroStep = 5;

    /// <summary>When the year begins.</summary>
    public static readonly DateTimeOffset Begin = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Random _chance = new(1);
    private readonly LogNames _names = new();
    private readonly HistogramChanges _histograms = new();
    private readonly TrackedStep[][] _steps = new TrackedStep[8][];
    private long _sequence;
    private int _written;

    /// <summary>Writes it.</summary>
    /// <param name="store">An empty store.</param>
    /// <returns>A task.</returns>
    public async Task WriteAsync(SqliteStore store)
    {
        while (_written < rows)
        {
            await store.Writer.RunAsync(
                database => database.Transact(() =>
                {
                    if (_written == 0) Prepare(database);
                    var until = Math.Min(rows, _written + RowsOfTransaction);
                    while (_written < until) Operation(database, until);
                    _histograms.Save(database);
                    return true;
                }),
                default);
        }
    }

    private void Prepare(Database database)
    {
        for (var cluster = 0; cluster < 8; cluster++)
        {
            for (var node = 1; node <= 500; node++)
                database.Execute("INSERT INTO nodes (key, name) VALUES ($1, $2)", (long)NodeKey(cluster, node), string.Create(CultureInfo.InvariantCulture, $"c{cluster}-{node}"));
            _steps[cluster] =
            [
                .. Enumerable.Range(0, 4 * StepsOfMacroStep).Select(i =>
                {
                    var step = new StepReference(
                        i, $"c{cluster}", (MacroStep)(i / StepsOfMacroStep), new($"{(MacroStep)(i / StepsOfMacroStep)}Standard"), new(string.Create(CultureInfo.InvariantCulture, $"Step{i}")));
                    return new TrackedStep(
                        i, i / StepsOfMacroStep, _names.Step(database, step, whole: false), _names.Step(database, step, whole: true), TimeSpan.FromMinutes(15).Ticks,
                        _names.Text(database, step.Cluster));
                }),
            ];
        }
    }

    private static int NodeKey(int cluster, int node) => (cluster * 500) + node;

    private void Operation(Database database, int until)
    {
        var at = SqliteStore.Ticks(Begin) + (long)(TimeSpan.FromDays(365).Ticks * (_written / (double)rows));
        var (cluster, user, environment) = (_chance.Next(8), _chance.Next(50), _chance.Next(20));
        var header = new OperationHeader(
            0, 0, _names.Text(database, string.Create(CultureInfo.InvariantCulture, $"user-{user}")),
            _names.Text(database, string.Create(CultureInfo.InvariantCulture, $"env-{environment} version {1 + _chance.Next(3)}")));
        var operation = (long)database.Scalar(
            """
            INSERT INTO operations (id, kind, user, environment, nodes, simulated, planned_at, engine, plan) VALUES ($1, 0, 'x', 'x', 1, 0, $2, 'x', '{}') RETURNING key
            """,
            OperationId.Create(OperationKind.Deployment, Begin.AddTicks(at - SqliteStore.Ticks(Begin))).Value, at)!;
        var nodes = Math.Min(until - _written, 1 << _chance.Next(9));
        var first = 1 + _chance.Next(500 - nodes + 1);
        for (var i = 0; i < nodes; i++) Row(database, operation, header, cluster, first + i, at);
    }

    private void Row(Database database, long operation, OperationHeader header, int cluster, int node, long at)
    {
        _written++;
        var track = new NodeTrack { Started = at };
        var last = new TrackedStep?[LogEntry.MostSteps];
        var now = at;
        var fails = _chance.Next(25) == 0 ? _chance.Next(20) : int.MaxValue;
        foreach (var step in _steps[cluster])
        {
            track.Begin(step, now);
            last[step.Place] = step;
            var duration = (long)(TimeSpan.FromSeconds(1 + (step.Ordinal * 3)).Ticks * (0.8 + (0.2 * _chance.NextDouble()) + (_chance.Next(20) == 0 ? _chance.NextDouble() * 3 : 0)));
            if (_chance.Next(40) == 0)
            {
                now += duration;
                track.End(step, now, duration, FailureConsequence.Retry);
            }

            now += duration;
            track.End(step, now, duration, step.Ordinal == fails ? FailureConsequence.GiveUp : null);
            if (step.Ordinal == fails) break;
        }

        var failed = fails < 20;
        var state = failed ? NodeState.Ko : _chance.Next(60) == 0 ? NodeState.Cancelled : NodeState.Ok;
        track.Close(last, state, now - at);
        var row = new LogRow
        {
            Sequence = ++_sequence, Operation = operation, Header = header, Cluster = _steps[cluster][0].Cluster, Node = NodeKey(cluster, node), Started = at, Duration = now - at,
            State = (long)state, Fault = failed ? (_chance.Next(2) == 0 ? "KA2104" : "KA3001") : null,
            FaultStep = failed ? last.Last(static step => step is not null)!.Key : null, Error = failed ? "the node did not come back after the reboot within 400 s" : null,
            Digest = header.Environment, Track = track, Steps = last,
        };
        database.LogInsert.Execute(row);
        _histograms.Add(row);
    }
}
