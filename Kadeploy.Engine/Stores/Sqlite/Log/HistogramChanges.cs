using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>What a transaction adds to <c>log_histograms</c>, collected so that each row is read and written once.</summary>
internal sealed class HistogramChanges
{
    private readonly Dictionary<Key, Change> _changes = [];

    /// <summary>Adds what a node took.</summary>
    /// <param name="row">The node's row.</param>
    public void Add(in LogRow row)
    {
        var key = new Key(DayOf(row.Started), row.Header.Simulated, row.Header.Kind, row.Cluster, 0);
        var durations = row.Track.Durations;
        while (!durations.IsEmpty)
        {
            var step = Varint.Read(ref durations);
            var milliseconds = (int)Varint.Read(ref durations);
            var change = Of(key with { Step = (int)(step >> 1) });
            if ((step & 1) == 0) change.Durations.Add(milliseconds);
            else change.Failed++;
        }
    }

    /// <summary>Gives the day of a moment on disk.</summary>
    /// <param name="at">The moment.</param>
    /// <returns>Days since 1970-01-01 in universal time.</returns>
    public static long DayOf(long at) => at >= 0 ? at / TimeSpan.TicksPerDay : -((TimeSpan.TicksPerDay - 1 - at) / TimeSpan.TicksPerDay);

    /// <summary>Writes what was added, and forgets it.</summary>
    /// <param name="database">The database, in a transaction.</param>
    public void Save(Database database)
    {
        foreach (var (key, change) in _changes) Save(database, key, change);
        _changes.Clear();
    }

    /// <summary>Forgets what was added.</summary>
    public void Forget() => _changes.Clear();

    private static void Save(Database database, Key key, Change change)
    {
        var tally = change.Durations;
        using (var reader = database.Statement(
                   """
                   SELECT count, failed, total, minimum, maximum, bins FROM log_histograms
                   WHERE day = $1 AND simulated = $2 AND kind = $3 AND cluster = $4 AND step = $5
                   """,
                   key.Day, key.Simulated, key.Kind, key.Cluster, (long)key.Step).ExecuteReader())
        {
            if (reader.Read())
            {
                change.Failed += reader.GetInt64(1);
                var bins = HistogramBins.Read((byte[])reader.GetValue(5));
                tally.Add(reader.GetInt64(0), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt32(4), bins);
            }
        }

        database.Execute(
            """
            INSERT OR REPLACE INTO log_histograms (day, simulated, kind, cluster, step, count, failed, total, minimum, maximum, bins)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            key.Day, key.Simulated, key.Kind, key.Cluster, (long)key.Step, tally.Count, change.Failed, tally.Total,
            (long)(tally.Count == 0 ? 0 : tally.Minimum), (long)tally.Maximum, HistogramBins.Write(tally.Bins()));
    }

    private Change Of(Key key)
    {
        if (_changes.TryGetValue(key, out var change)) return change;
        change = new();
        _changes.Add(key, change);
        return change;
    }

    private readonly record struct Key(long Day, long Simulated, long Kind, long Cluster, int Step);

    private sealed class Change
    {
        public DurationTally Durations { get; } = new(exact: false);

        public long Failed { get; set; }
    }
}
