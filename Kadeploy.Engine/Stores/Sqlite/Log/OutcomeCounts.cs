namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>How nodes ended, by group, while rows are counted.</summary>
/// <param name="by">By what rows are put together.</param>
internal sealed class OutcomeCounts(StatisticsKeys by)
{
    /// <summary>Gets the groups.</summary>
    public LogGroups<Counts> Groups { get; } = new(by, static () => new(), isByStart: true);

    /// <summary>Gets the latest failure of each group that has any.</summary>
    public List<FailureReference> Failures { get; } = [];

    /// <summary>Adds what was counted of a later time.</summary>
    /// <param name="later">The counts.</param>
    public void Add(OutcomeCounts later) => Groups.Add(later.Groups, (ref mine, theirs) =>
    {
        mine.Rows += theirs.Rows;
        mine.Ok += theirs.Ok;
        mine.Retried += theirs.Retried;
        if (theirs.Failed == 0) return;
        if (mine.Failed == 0) mine.Last = Failures.Count;
        if (mine.Last == Failures.Count) Failures.Add(later.Failures[theirs.Last]);
        mine.Failed += theirs.Failed;
        Failures[mine.Last] = later.Failures[theirs.Last];
    });

    /// <summary>Says what was counted.</summary>
    /// <param name="labels">The names.</param>
    /// <returns>A tally for each group.</returns>
    public IReadOnlyList<OutcomeTally> Tally(LogLabels labels)
    {
        var tallies = new OutcomeTally[Groups.Count];
        var next = 0;
        foreach (var (group, counts) in Groups.All(labels))
        {
            tallies[next++] = new(
                group, counts.Ok, counts.Failed, counts.Rows - counts.Ok - counts.Failed, counts.Retried, counts.Failed == 0 ? null : Failures[counts.Last]);
        }

        return tallies;
    }

    /// <summary>The counts of a group.</summary>
    internal struct Counts
    {
        /// <summary>How many rows there are.</summary>
        public int Rows;

        /// <summary>How many ended well.</summary>
        public int Ok;

        /// <summary>How many failed.</summary>
        public int Failed;

        /// <summary>How many had retries or fallbacks.</summary>
        public int Retried;

        /// <summary>The place of the latest failure, when any failed.</summary>
        public int Last;
    }
}
