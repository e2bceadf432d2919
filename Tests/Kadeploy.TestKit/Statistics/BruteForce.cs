namespace Kadeploy.TestKit.Statistics;

/// <summary>What the log must say of a journal, worked out the slow way: from all events of a node at once.</summary>
/// <param name="Entry">The row.</param>
/// <param name="Attempts">The attempts that came to an end, with their durations.</param>
public sealed record ExpectedRow(LogEntry Entry, IReadOnlyList<(LoggedStep Step, TimeSpan Duration, bool Failed)> Attempts)
{
    /// <summary>Gets a value indicating whether its operation asked for power or was a console.</summary>
    public bool IsQuestion { get; private init; }

    /// <summary>Works out the rows.</summary>
    /// <param name="operations">The operations, in the order in which they were appended from the first event of a store on.</param>
    /// <returns>The rows in the order of their numbers.</returns>
    public static List<ExpectedRow> Of(IEnumerable<GeneratedOperation> operations)
    {
        var rows = new List<ExpectedRow>();
        var first = 1L;
        foreach (var (plan, events) in operations)
        {
            for (var i = 0; i < events.Count; i++)
            {
                if (events[i] is not OperationEvent.NodeFinished end) continue;
                var own = events.OfType<OperationEvent.NodeEvent>().Where(each => each.Node == end.Node).ToList();
                rows.Add(Row(plan, own, end, first + i));
            }

            first += events.Count;
        }

        return rows;
    }

    private static ExpectedRow Row(OperationPlan plan, List<OperationEvent.NodeEvent> own, OperationEvent.NodeFinished end, long sequence)
    {
        var start = own.OfType<OperationEvent.NodeLeased>().FirstOrDefault()?.At ?? end.At;
        var cluster = plan.Clusters.Single(each => each.Nodes.Any(node => node.Name == end.Node));
        var steps = new List<LogStep?>();
        foreach (var macroStep in cluster.MacroSteps)
        {
            var inside = own.OfType<OperationEvent.StepEvent>().Where(each => each.Step.MacroStep == macroStep.MacroStep).ToList();
            var started = inside.OfType<OperationEvent.StepStarted>().ToList();
            var ended = inside.Where(static each => each is OperationEvent.StepSucceeded or OperationEvent.StepFailed).ToList();
            if (started.Count == 0)
            {
                steps.Add(null);
                continue;
            }

            var instance = macroStep.Instances.Single(each => each.Name == started[^1].Step.Instance);
            steps.Add(new(
                macroStep.MacroStep, instance.Name, instance.Timeout.Evaluate(cluster.Nodes.Length),
                inside.OfType<OperationEvent.StepFailed>().Count(static each => each.Consequence is FailureConsequence.Retry or FailureConsequence.RestartInstance or FailureConsequence.Fallback),
                ended.Count == 0 ? null : ended[^1].At - started[0].At));
        }

        while (steps is [.., null]) steps.RemoveAt(steps.Count - 1);
        var entry = new LogEntry
        {
            Sequence = sequence,
            Operation = plan.Operation,
            Kind = plan.Kind,
            Simulated = plan.Simulation is not null,
            User = plan.User,
            Node = end.Node,
            Cluster = cluster.Cluster.Name,
            Environment = EnvironmentOf(plan) is { } environment ? $"{environment.Name}:{environment.Version}" : "",
            Start = start,
            Duration = end.At - start,
            State = end.State,
            Steps = [.. steps],
            Fault = end.Fault?.Code,
            Error = end.Fault is null ? null : end.Fault.Step is { } where ? $"{where.Instance}-{where.MicroStep}: {end.Fault.Message}" : end.Fault.Message,
            ImageDigest = end.Facts.ImageDigest,
        };
        return new(entry,
        [
            .. own.OfType<OperationEvent.StepEvent>().Where(static each => each is OperationEvent.StepSucceeded or OperationEvent.StepFailed).Select(static each => (
                new LoggedStep(each.Step.MacroStep, each.Step.Instance, each.Step.MicroStep),
                each is OperationEvent.StepSucceeded well ? well.Duration : ((OperationEvent.StepFailed)each).Duration, each is OperationEvent.StepFailed)),
        ])
        {
            IsQuestion = plan.Request is ConsoleRequest or PowerRequest { Action: PowerAction.Status },
        };
    }

    /// <summary>Says whether a row counts.</summary>
    /// <param name="filter">The filter.</param>
    /// <returns>Whether it does.</returns>
    public bool Matches(StatisticsFilter filter)
    {
        var retries = Enumerable.Range(0, 4).Select(place => place < Entry.Steps.Length ? Entry.Steps[place]?.Retries ?? 0 : 0).ToArray();
        return filter.Simulated == Entry.Simulated
            && (filter.Nodes is null || filter.Nodes.Contains(Entry.Node))
            && (filter.Users.IsEmpty || filter.Users.Contains(Entry.User))
            && (filter.Kinds.IsEmpty || filter.Kinds.Contains(Entry.Kind))
            && (filter.Clusters.IsEmpty || filter.Clusters.Contains(Entry.Cluster))
            && (filter.Environments.IsEmpty || filter.Environments.Any(wanted => wanted == Entry.Environment || wanted == Entry.Environment.Split(':')[0]))
            && (filter.Faults.IsEmpty || (Entry.Fault is { } fault && filter.Faults.Contains(fault)))
            && (filter.Operation is null || filter.Operation == Entry.Operation)
            && (filter.From is null || Entry.Start >= filter.From)
            && (filter.Until is null || Entry.Start < filter.Until)
            && (filter.MinimumRetries == 0
                || (filter.RetrySteps.IsEmpty ? retries.Any(each => each >= filter.MinimumRetries) : filter.RetrySteps.All(place => retries[place - 1] >= filter.MinimumRetries)));
    }

    /// <summary>Says whether a row counts in failure rates.</summary>
    /// <param name="filter">The filter.</param>
    /// <returns>Whether it does.</returns>
    public bool CountsInRates(StatisticsFilter filter) => Matches(filter)
        && (!IsQuestion || !filter.Kinds.IsEmpty || filter.Operation is not null);

    /// <summary>Gives the group of a row.</summary>
    /// <param name="by">By what rows are put together.</param>
    /// <returns>The group.</returns>
    public StatisticsGroup Group(StatisticsKeys by) => new()
    {
        Day = by.HasFlag(StatisticsKeys.Day) ? DateOnly.FromDateTime(Entry.Start.UtcDateTime) : null,
        Kind = by.HasFlag(StatisticsKeys.Kind) ? Entry.Kind : null,
        Cluster = by.HasFlag(StatisticsKeys.Cluster) ? Entry.Cluster : null,
        Node = by.HasFlag(StatisticsKeys.Node) ? Entry.Node : null,
        Environment = by.HasFlag(StatisticsKeys.Environment) ? Entry.Environment : null,
        User = by.HasFlag(StatisticsKeys.User) ? Entry.User : null,
    };

    /// <summary>Gives what the row adds to durations.</summary>
    /// <param name="level">Of what.</param>
    /// <returns>Steps, null for the whole; durations to the millisecond, null for failed attempts.</returns>
    public IEnumerable<(LoggedStep? Step, long? Milliseconds)> Durations(DurationLevel level)
    {
        switch (level)
        {
            case DurationLevel.MicroStep:
                return Attempts.Select(static attempt => ((LoggedStep?)attempt.Step, attempt.Failed ? (long?)null : Rounded(attempt.Duration)));
            case DurationLevel.Whole:
                return Entry.State == NodeState.Ok ? [(null, Rounded(Entry.Duration))] : [];
            default:
                var passed = Entry.Steps.Select((step, place) => (step, Passed: Entry.State == NodeState.Ok || Entry.Steps.Skip(place + 1).Any(static later => later is not null)));
                return passed.Where(static each => each.Passed && each.step?.Duration is not null)
                    .Select(static each => ((LoggedStep?)new LoggedStep(each.step!.MacroStep, each.step.Instance, null), (long?)Rounded(each.step.Duration!.Value)));
        }
    }

    private static long Rounded(TimeSpan duration) => (long)Math.Floor(duration.TotalMilliseconds + 0.5);

    private static KaEnvironment? EnvironmentOf(OperationPlan plan) => plan.Request switch
    {
        DeploymentRequest deployment => deployment.Environment,
        RebootRequest reboot => reboot.Environment,
        _ => null,
    };
}
