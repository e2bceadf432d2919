using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores;

/// <summary>Keeps the log: a row for each node and operation, with what it took, written in the transaction that ends the node in the journal.</summary>
/// <remarks>Selects, counts and adds up; what follows from the numbers is said in <c>Statistics/</c>. Each call sees the store as it was at one moment.
/// Exceptions: <see cref="StoreException"/>.</remarks>
internal interface IStatisticsStore
{
    /// <summary>Gets the number of rows up to which every duration is looked at: above it, percentiles come from histograms.</summary>
    /// <value>The default is 20,000, half a million durations.</value>
    int MostExactRows { get; }

    /// <summary>Reads rows.</summary>
    /// <param name="query">A query that makes sense.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The rows as at the time of the call, streamed.</returns>
    IAsyncEnumerable<LogEntry> ReadLogAsync(LogQuery query, CancellationToken cancellationToken);

    /// <summary>Counts how nodes ended.</summary>
    /// <remarks>Consoles and questions for power say nothing about machines: they count only when the filter names their kind, or the operation.</remarks>
    /// <param name="filter">Which rows count.</param>
    /// <param name="by">By what they are put together.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A tally for each group that has rows, in no order.</returns>
    Task<IReadOnlyList<OutcomeTally>> CountOutcomesAsync(StatisticsFilter filter, StatisticsKeys by, CancellationToken cancellationToken);

    /// <summary>Counts durations.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A tally for each group and step that has attempts, in no order. Exact when no more than <see cref="MostExactRows"/> rows count.</returns>
    Task<IReadOnlyList<StepTally>> TallyDurationsAsync(DurationQuery query, CancellationToken cancellationToken);

    /// <summary>Counts the durations of the latest nodes that ended well.</summary>
    /// <param name="recent">Which nodes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Exact tallies.</returns>
    Task<RecentTally> TallyRecentAsync(RecentQuery recent, CancellationToken cancellationToken);
}

/// <summary>How nodes of a group ended.</summary>
/// <param name="Group">The group.</param>
/// <param name="Ok">How many ended well.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="Others">How many ended otherwise.</param>
/// <param name="Retried">How many of all had retries or fallbacks.</param>
/// <param name="Last">The latest failure, or null.</param>
internal readonly record struct OutcomeTally(StatisticsGroup Group, long Ok, long Failed, long Others, long Retried, FailureReference? Last);

/// <summary>The durations of a step in a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Step">The step; null for whole operations.</param>
/// <param name="Order">The place of the step among all, in the order of the workflow.</param>
/// <param name="Failed">How many attempts failed.</param>
/// <param name="Durations">What the others took.</param>
internal sealed record StepTally(StatisticsGroup Group, LoggedStep? Step, long Order, long Failed, DurationTally Durations);

/// <summary>Asks for the latest nodes that ended well.</summary>
/// <param name="Kind">The kind of operation.</param>
/// <param name="Simulated">Whether simulated nodes are meant.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Environment">The environment as <c>name</c> or <c>name:version</c>; null for any.</param>
/// <param name="Before">Only nodes that started before; null for all.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record RecentQuery(
    OperationKind Kind, bool Simulated, string Cluster, string? Environment, DateTimeOffset? Before, int Limit);

/// <summary>What the latest nodes took.</summary>
/// <param name="Nodes">How many they are.</param>
/// <param name="Latest">When the latest started; null when there is none.</param>
/// <param name="Whole">What they took as a whole.</param>
/// <param name="Steps">What micro-steps took, in the order of the workflow.</param>
internal sealed record RecentTally(int Nodes, DateTimeOffset? Latest, DurationTally Whole, IReadOnlyList<StepTally> Steps);
