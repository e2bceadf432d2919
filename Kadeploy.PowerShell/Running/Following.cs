using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Progress;
using Kadeploy.Progress;

namespace Kadeploy.PowerShell.Running;

/// <summary>Follows operations to their end: results as nodes end, errors for those that failed, progress.</summary>
/// <param name="session">The session.</param>
/// <param name="streams">What to tell.</param>
/// <param name="options">What is wanted.</param>
/// <param name="clock">Says when progress is shown.</param>
internal sealed class Following(ISession session, ICmdletStreams streams, FollowOptions options, TimeProvider clock)
{
    /// <summary>How many times progress is shown before somebody looks whether the operation is still run.</summary>
    private const int LookEvery = 20;

    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(10);

    private int _lines;

    /// <summary>Follows one operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="plan">Its plan; null when it must be read first.</param>
    /// <param name="cancellationToken">Ends the following, not the operation, unless the options say so.</param>
    /// <returns>The operation as it ended; null when nobody runs it, which is said.</returns>
    public async Task<Operation?> FollowAsync(Operation operation, OperationPlan? plan, CancellationToken cancellationToken)
    {
        plan ??= await session.FindPlanAsync(operation.Id, cancellationToken).ConfigureAwait(false);
        var progress = new DeploymentProgress(
            streams, operation, plan, plan is null ? null : session.Forecast(plan), session.Settings.SimulationSpeed,
            Interlocked.Add(ref _lines, DeploymentProgress.Lines) - DeploymentProgress.Lines);
        // The caller, or the look that finds nobody running it.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(operation, progress, over);
        try
        {
            await ReadAsync(operation, progress, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await LeaveAsync(operation).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            await progress.CompleteAsync().ConfigureAwait(false);
            await streams.WriteWarningAsync(Strings.NobodyRunsIt(operation.Id)).ConfigureAwait(false);
            return null;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await progress.CompleteAsync().ConfigureAwait(false);
        var ended = await session.FindOperationAsync(operation.Id, cancellationToken).ConfigureAwait(false);
        // The events ended before the operation did: whoever ran it here can say why.
        return ended is { State: not OperationState.Running } ? ended : await session.Operations.WaitAsync(operation.Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells of an operation what has happened by now.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A task.</returns>
    public Task ReadAsync(Operation operation, CancellationToken cancellationToken) => ReadAsync(operation, null, cancellationToken);

    private async Task ReadAsync(Operation operation, DeploymentProgress? progress, CancellationToken cancellationToken)
    {
        DateTimeOffset? began = null;
        await foreach (var happened in session.Operations.ReadEventsAsync(operation.Id, 0, follow: progress is not null, cancellationToken).ConfigureAwait(false))
        {
            began ??= happened.At;
            progress?.Add(happened);
            if (happened is OperationEvent.BroadcastFinished { Summary: var summary }) await streams.WriteVerboseAsync(BroadcastWording.Line(summary)).ConfigureAwait(false);
            if (happened is not OperationEvent.NodeFinished end) continue;
            var result = NodeResult.Of(operation, end, began.Value);
            if (!options.Wants(result)) continue;
            if (options.Results && options.Select(result) is { } given) await streams.WriteAsync(given).ConfigureAwait(false);
            if (options.Errors && result.Fault is not null) await streams.WriteErrorAsync(ErrorReport.Of(result)).ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(Operation operation, DeploymentProgress progress, CancellationTokenSource over)
    {
        using var timer = new PeriodicTimer(DeploymentProgress.Interval, clock);
        for (var i = 0; ; i++)
        {
            if (i % LookEvery == 0 && operation.State is OperationState.Running && !await session.IsRunAsync(operation.Id, over.Token).ConfigureAwait(false)
                && await session.FindOperationAsync(operation.Id, over.Token).ConfigureAwait(false) is { State: OperationState.Running })
            {
                await over.CancelAsync().ConfigureAwait(false);
                return;
            }

            if (!await timer.WaitForNextTickAsync(over.Token).ConfigureAwait(false)) return;
            if (options.Progress) await progress.ShowAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The pipeline was stopped: the operation is cancelled or goes on, and the user is told which.</summary>
    private async Task LeaveAsync(Operation operation)
    {
        if (options.StopOnBreak)
        {
            using var patience = new CancellationTokenSource(CancelPatience, clock);
            try
            {
                await session.Operations.CancelAsync(operation.Id, session.User, patience.Token).ConfigureAwait(false);
                streams.SayAtTheEnd(Strings.CancelledOnBreak(operation.Id));
                return;
            }
            catch (ConfigurationException)
            {
                return; // it has ended
            }
            catch (Exception failure) when (failure is KadeployException or OperationCanceledException)
            {
                // It goes on, which is said below.
            }
        }

        if (options.Silent) return;
        if (await session.FindOperationAsync(operation.Id, CancellationToken.None).ConfigureAwait(false) is { State: not OperationState.Running }) return;
        streams.SayAtTheEnd(options.RunsHere(operation.Id) ? Strings.GoesOn(operation.Id) : Strings.GoesOnElsewhere(operation.Id));
    }
}

/// <summary>What is wanted of an operation that is followed.</summary>
internal sealed record FollowOptions
{
    /// <summary>Gets a value indicating whether results of nodes are emitted.</summary>
    public bool Results { get; init; }

    /// <summary>Gets a value indicating whether nodes that failed are errors.</summary>
    public bool Errors { get; init; }

    /// <summary>Gets a value indicating whether progress is shown.</summary>
    public bool Progress { get; init; } = true;

    /// <summary>Gets a value indicating whether nothing is said when it is followed no more.</summary>
    public bool Silent { get; init; }

    /// <summary>Gets a value indicating whether the operation is cancelled when it is followed no more.</summary>
    public bool StopOnBreak { get; init; }

    /// <summary>Gets which results are wanted.</summary>
    public Func<NodeResult, bool> Wants { get; init; } = static _ => true;

    /// <summary>Gets what is given for a result.</summary>
    /// <value>The result itself; null gives nothing.</value>
    public Func<NodeResult, object?> Select { get; init; } = static result => result;

    /// <summary>Gets what says whether an operation runs in this process, and so ends with it.</summary>
    public required Func<OperationId, bool> RunsHere { get; init; }
}
