using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Answers questions about what became of nodes in all operations so far; Kadeploy calls it Kastat.</summary>
/// <remarks>A node is counted in the very transaction that ends it in the journal. Reading holds up nobody who writes. Safe for use by many callers at
/// once. Exceptions: <see cref="StoreException"/> when the state cannot be read.</remarks>
public interface IStatistics
{
    /// <summary>Reads rows of the log.</summary>
    /// <param name="query">Which, and in what order.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The rows as they were at the time of the call; streamed, so that memory does not grow with their number.</returns>
    /// <exception cref="ConfigurationException">The query makes no sense; all problems are listed.</exception>
    IAsyncEnumerable<LogEntry> ReadLogAsync(LogQuery query, CancellationToken cancellationToken);

    /// <summary>Tells how often nodes fail.</summary>
    /// <remarks>Consoles and questions for power say nothing about machines: they count only where the filter names kinds of operations, or an operation. The rates of comparisons and of
    /// suspects are the same.</remarks>
    /// <param name="filter">Which rows count.</param>
    /// <param name="by">By what they are put together.</param>
    /// <param name="minimum">The lowest rate that is told, from 0 to 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The groups, the highest rate first; of equal ones the one with more failures, then in natural order.</returns>
    /// <exception cref="ConfigurationException">The question makes no sense; all problems are listed.</exception>
    Task<ImmutableArray<FailureRate>> GetFailureRatesAsync(
        StatisticsFilter filter, StatisticsKeys by, double minimum, CancellationToken cancellationToken);

    /// <summary>Tells how long steps take.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The figures, by group in natural order, then in the order of the workflow.</returns>
    /// <exception cref="ConfigurationException">The query makes no sense; all problems are listed.</exception>
    Task<ImmutableArray<StepFigures>> GetDurationsAsync(DurationQuery query, CancellationToken cancellationToken);

    /// <summary>Compares two periods.</summary>
    /// <param name="query">What is compared.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The differences, in the order of <see cref="GetDurationsAsync"/>.</returns>
    /// <exception cref="ConfigurationException">The query makes no sense; all problems are listed.</exception>
    Task<PeriodComparison> CompareAsync(ComparisonQuery query, CancellationToken cancellationToken);

    /// <summary>Finds nodes that stand out among their cluster by failing or by being slow.</summary>
    /// <param name="query">Which rows count, and when a node stands out.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The nodes; those that fail first, the least probable first; then those that are slow.</returns>
    /// <exception cref="ConfigurationException">The query makes no sense; all problems are listed.</exception>
    Task<ImmutableArray<SuspectNode>> FindSuspectsAsync(SuspectQuery query, CancellationToken cancellationToken);

    /// <summary>Estimates how long a plan will take.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The estimate; null when a cluster's nodes have never yet done what the plan says.</returns>
    /// <remarks>Each node is given durations from among those of the latest nodes of its cluster that ended well, with the same environment where there are
    /// enough of them, so that the slowest node of many is as slow as the slowest of many were. Limits of how much goes on at once
    /// are those of the engine; failures are not foretold.</remarks>
    Task<DurationEstimate?> EstimateAsync(OperationPlan plan, CancellationToken cancellationToken);

    /// <summary>Estimates how long an operation that was recorded takes, by the operations before it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The estimate; null when there is nothing that it could be based on.</returns>
    /// <exception cref="ConfigurationException">There is no such operation.</exception>
    Task<DurationEstimate?> EstimateAsync(OperationId operation, CancellationToken cancellationToken);

    /// <summary>Estimates how long a deployment takes of which there is no plan yet.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="environment">The environment as <c>name</c> or <c>name:version</c>; null for any.</param>
    /// <param name="nodes">How many nodes, from 1.</param>
    /// <param name="simulated">Whether simulated nodes are meant.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The estimate, from what whole deployments of a node took; null when there is nothing that it could be based on.</returns>
    Task<DurationEstimate?> EstimateAsync(
        string cluster, string? environment, int nodes, bool simulated, CancellationToken cancellationToken);
}
