using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Workflow;

/// <summary>Takes one set of nodes through a set-scope step.</summary>
/// <remarks>Each node goes on as soon as it has its own result; the others do not hold it. Runs on the engine's loop.</remarks>
internal sealed class SetRun(ClusterRun cluster, GatherPoint point)
{
    private readonly OperationRun _operation = cluster.Operation;
    private readonly EngineServices _services = cluster.Operation.Services;
    private readonly Dictionary<NodeName, (SetMember Member, StepContext Context)> _open = [];
    private AttemptLimit _limit;
    private long? _started;

    /// <summary>Waits for a slot, starts with all nodes that wait by then, and gives each its result.</summary>
    /// <returns>A task that ends when all have theirs and does not fail.</returns>
    public async Task RunAsync()
    {
        var slots = new HeldSlots(_services.Throttles, _operation.Id);
        try
        {
            await slots.ChangeAsync(point.Step.Resources, _operation.Stopping);
            if (_operation.Stopping.IsCancellationRequested) return; // the nodes still wait; each leaves by itself
            var members = await WithRightAsync(GatherPoints.Take(point));
            if (members.Count == 0) return;
            foreach (var member in members)
            {
                var attempt = cluster.AttemptAt(member.Flow.Node, member.Position);
                _open.Add(member.Flow.Node.Name, (member, cluster.ContextOf(member.Flow, attempt, point.Step)));
                member.Flow.Fire(NodeTrigger.Started);
            }

            await RunAsync(members);
        }
        catch (OperationCanceledException) when (_operation.Stopping.IsCancellationRequested)
        {
            // as above
        }
        catch (Exception defect)
        {
            // A defect of the engine must cost these nodes only, and must be seen.
            GiveAll((context, _) => new StepOutcome.Failed(FaultFactory.Of(context.Attempt, defect, Attempts.EvidenceOf(defect, context)), FailureScope.Instance));
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task RunAsync(List<SetMember> members)
    {
        if (point.Step.Scope == StepScope.Barrier)
        {
            GiveAll((_, _) => new StepOutcome.Succeeded(null));
            return;
        }

        var definition = _services.FindStep(point.Step);
        try
        {
            await JournalIntentAsync(members);
        }
        catch (KadeployException)
        {
            GiveAll(static (_, _) => StepOutcome.Abandoned.Instance); // the journal has told the engine
            return;
        }

        _limit = LimitOf(members);
        _started = _services.Time.GetTimestamp();
        // Fires for: the operation; all nodes of the set having been stopped one by one.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_operation.Stopping);
        using var scope = new TimeoutScope(_limit.Time, _services.Time, stop.Token);
        foreach (var member in members) member.Flow.Stopping.UnsafeRegister(_ => _services.Loop.Post(_ => StopWithLast(stop), null), null);
        try
        {
            await _services.Leases.EnsureHeldAsync(_operation.Stopping);
            _operation.Stopping.ThrowIfCancellationRequested(); // stopped while the intent was on its way to the disk
            var contexts = _open.Values.Select(static entry => entry.Context).ToArray();
            await foreach (var result in ((ISetMicroStep)definition.Implementation).RunAsync(contexts, scope.Token))
            {
                if (!_open.TryGetValue(result.Node, out var entry)) continue; // not of this set, or through already
                Give(result.Node, result.Failure is null
                    ? new StepOutcome.Succeeded(result.Facts)
                    : Attempts.OutcomeOf(CutOff(result.Failure, scope), definition, entry.Context, _limit, scope, entry.Member.Flow, _operation));
            }

            GiveAll((context, flow) => stop.IsCancellationRequested || flow.Loss is not null
                ? Attempts.OutcomeOf(new OperationCanceledException(), definition, context, _limit, scope, flow, _operation)
                : new StepOutcome.Failed(FaultFactory.OfMissingResult(
                    context.Attempt, definition, Evidence.Of([], context.Drivers.Console, context.Node)), FailureScope.Attempt));
        }
        catch (Exception failure)
        {
            GiveAll((context, flow) => Attempts.OutcomeOf(failure, definition, context, _limit, scope, flow, _operation));
        }
    }

    /// <summary>What a node reports after the set's time is over is that it was cut off, with what it had printed until then.</summary>
    private static Exception CutOff(KadeployException failure, TimeoutScope scope) =>
        scope.Expired ? new CommandStoppedException(failure.Evidence, scope.Token) : failure;

    private Task JournalIntentAsync(List<SetMember> members)
    {
        var now = _services.Time.GetUtcNow();
        var set = _operation.NextSet();
        _services.Journal.Append(new OperationEvent.SetFormed
        {
            Operation = _operation.Id, At = now, Step = point.Step.Step, Set = set, Nodes = members.Count,
        });
        var written = Task.CompletedTask;
        foreach (var member in members)
        {
            written = _services.Journal.AppendAsync(new OperationEvent.StepStarted
            {
                Operation = _operation.Id, At = now, Node = member.Flow.Node.Name, Step = point.Step.Step,
                InstanceAttempt = member.Position.InstanceAttempt, Attempt = member.Position.Attempt, Set = set,
            });
        }

        return written;
    }

    /// <summary>Works out the limit of the set: nobody's lack of time cuts off the others.</summary>
    private AttemptLimit LimitOf(List<SetMember> members)
    {
        var limit = AttemptLimit.For(cluster.Plan, members[0].Position, members.Count);
        foreach (var member in members)
        {
            var other = AttemptLimit.For(cluster.Plan, member.Position, members.Count);
            if (other.Time > limit.Time) limit = other;
        }

        return limit;
    }

    private void Give(NodeName node, StepOutcome outcome)
    {
        if (!_open.Remove(node, out var entry)) return;
        GatherPoints.Done(point);
        entry.Member.Result.TrySetResult(new(outcome, _started is { } started ? _services.Time.GetElapsedTime(started) : TimeSpan.Zero));
    }

    private void GiveAll(Func<StepContext, NodeFlow, StepOutcome> outcomeOf)
    {
        foreach (var (node, entry) in _open.ToArray()) Give(node, outcomeOf(entry.Context, entry.Member.Flow));
    }

    /// <summary>Takes those out on whose nodes the user has no right any more: they may have waited long for the others.</summary>
    private async Task<List<SetMember>> WithRightAsync(List<SetMember> members)
    {
        if (point.Step.Scope == StepScope.Barrier || _operation.Rights.IsOpen) return members;
        var allowed = await Task.WhenAll(members.Select(IsAllowedAsync));
        var left = new List<SetMember>();
        foreach (var (member, isAllowed) in members.Zip(allowed))
        {
            if (isAllowed && !member.Flow.Stopping.IsCancellationRequested)
            {
                left.Add(member);
                continue;
            }

            GatherPoints.Done(point);
            member.Result.TrySetCanceled(CancellationToken.None);
        }

        return left;
    }

    private async Task<bool> IsAllowedAsync(SetMember member)
    {
        try
        {
            return await member.Flow.CheckRightAsync();
        }
        catch (OperationCanceledException)
        {
            return false; // stopped meanwhile
        }
        catch (StoreException unsaved)
        {
            _operation.Abandon(unsaved);
            return false;
        }
    }

    private void StopWithLast(CancellationTokenSource stop)
    {
        if (_open.Count > 0 && _open.Values.All(static entry => entry.Member.Flow.Loss is not null)) _services.Loop.Outside(stop.Cancel);
    }
}
