using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Workflow;

/// <summary>Takes one node through its plan.</summary>
/// <remarks>
/// A flat loop: look where the node stands; wait for slots or for other nodes; journal the intent; make the attempt; journal how it ended;
/// decide where the node stands next (<see cref="NodePosition"/>). A resumed node enters the same loop at a later position. Nothing in
/// it waits for another node, except in front of a set-scope step. Runs on the engine's loop.
/// </remarks>
internal sealed class NodeFlow
{
    private readonly ClusterRun _cluster;
    private readonly OperationRun _operation;
    private readonly EngineServices _services;
    private readonly HeldSlots _slots;
    private readonly CancellationTokenSource _stopping;
    private NodePosition _position;
    private (int MacroStep, int Instance, int InstanceAttempt)? _allowed; // for which run of an instance the right was there
    private Fault? _earlier; // of the last failed run of an instance of this macro-step

    /// <summary>Puts a node at a position.</summary>
    /// <param name="cluster">The node's cluster in the operation.</param>
    /// <param name="node">The node.</param>
    /// <param name="position">Where it stands.</param>
    /// <param name="facts">What is known of it.</param>
    public NodeFlow(ClusterRun cluster, Node node, NodePosition position, NodeFacts facts)
    {
        _cluster = cluster;
        _operation = cluster.Operation;
        _services = _operation.Services;
        _slots = new(_services.Throttles, _operation.Id);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(_operation.Stopping);
        Stopping = _stopping.Token;
        _position = position;
        Node = node;
        Facts = facts;
        cluster.Active++;
        cluster.Gathering.Enter(position);
    }

    /// <summary>Gets the node.</summary>
    public Node Node { get; }

    /// <summary>Gets what is known of the node.</summary>
    public NodeFacts Facts { get; private set; }

    /// <summary>Gets where the node stands.</summary>
    public NodeState State { get; private set; } = NodeState.Planned;

    /// <summary>Gets the token that fires when the operation is stopped, or this node alone.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Gets why this node alone was stopped.</summary>
    /// <value>Null when it was not.</value>
    public RightLoss? Loss { get; private set; }

    /// <summary>Stops the node, and nothing else of the operation.</summary>
    /// <param name="loss">Why.</param>
    public void Stop(RightLoss loss)
    {
        if (Loss is not null || NodeStateMachine.IsFinal(State) || Stopping.IsCancellationRequested) return;
        Loss = loss;
        _services.Loop.Outside(() =>
        {
            _stopping.Cancel();
            _operation.Drivers.Stops.Stop(Node.Name);
        });
    }

    /// <summary>Makes sure that the operation's user has the right on the node, or stops the node.</summary>
    /// <returns>Whether he has.</returns>
    /// <exception cref="StoreException">Rights cannot be read.</exception>
    public async Task<bool> CheckRightAsync()
    {
        if (_operation.Rights.IsOpen) return true;
        if (await _operation.Rights.FindLossAsync(Node, _cluster.Plan.Cluster) is not { } loss) return !Stopping.IsCancellationRequested;
        Stop(loss);
        return false;
    }

    /// <summary>Applies a trigger to the node's state.</summary>
    /// <param name="trigger">What happened.</param>
    public void Fire(NodeTrigger trigger) => State = NodeStateMachine.After(State, trigger);

    /// <summary>Takes the node to its end, or to where the engine stops.</summary>
    /// <returns>A task that ends with it and does not fail.</returns>
    public async Task RunAsync()
    {
        Fire(NodeTrigger.Leased);
        try
        {
            while (!NodeStateMachine.IsFinal(State))
            {
                if (Stopping.IsCancellationRequested)
                {
                    StopBetweenSteps();
                    return;
                }

                var step = _position.StepIn(_cluster.Plan);
                if (step.Breakpoint || (_position.MicroStep == 0 && _position.InstanceIn(_cluster.Plan).Breakpoint))
                {
                    Fire(NodeTrigger.BrokeOff);
                    End(null, step.Step);
                    return;
                }

                var result = step.Scope == StepScope.Node ? await AttemptAsync(step) : await GatherAsync(step);
                if (result is not { } ended) continue; // stopped before anything was done
                if (ended.Outcome is StepOutcome.Abandoned) return;
                await GoOnAsync(step, ended.Outcome, ended.Duration);
            }
        }
        catch (OperationCanceledException) when (Stopping.IsCancellationRequested)
        {
            StopBetweenSteps();
        }
        catch (StoreException unsaved)
        {
            _operation.Abandon(unsaved); // rights could not be read: nobody may act without knowing them
        }
        catch (Exception defect)
        {
            // A defect of the engine must cost this node only, and must be seen.
            State = NodeState.Ko;
            End(FaultFactory.Of(_cluster.AttemptAt(Node, _position), defect, []), null);
        }
        finally
        {
            _slots.Release();
            _stopping.Dispose();
        }
    }

    /// <summary>Asks for the right at the beginning of each run of an instance, and so at each macro-step, and when a node is taken up again.</summary>
    private async Task<bool> MayGoOnAsync()
    {
        var run = (_position.MacroStep, _position.Instance, _position.InstanceAttempt);
        if (run == _allowed) return true;
        if (!await CheckRightAsync()) return false;
        _allowed = run;
        return true;
    }

    private async Task<AttemptResult?> AttemptAsync(MicroStepPlan step)
    {
        await _slots.ChangeAsync(step.Resources, Stopping);
        if (Stopping.IsCancellationRequested || !await MayGoOnAsync()) return null;
        var attempt = _cluster.AttemptAt(Node, _position);
        Fire(NodeTrigger.Started);
        var intent = new OperationEvent.StepStarted
        {
            Operation = _operation.Id,
            At = _services.Time.GetUtcNow(),
            Node = Node.Name,
            Step = step.Step,
            InstanceAttempt = attempt.InstanceAttempt,
            Attempt = attempt.Attempt,
        };
        try
        {
            await _services.Journal.AppendAsync(intent);
        }
        catch (KadeployException)
        {
            return new(StepOutcome.Abandoned.Instance, TimeSpan.Zero); // the journal has told the engine
        }

        var limit = AttemptLimit.For(_cluster.Plan, _position, _cluster.Active);
        var started = _services.Time.GetTimestamp();
        var outcome = await Attempts.RunAsync(_services.FindStep(step), _cluster.ContextOf(this, attempt, step), limit, this, _operation);
        return new(outcome, _services.Time.GetElapsedTime(started));
    }

    private async Task<AttemptResult?> GatherAsync(MicroStepPlan step)
    {
        _slots.Release();
        if (!await MayGoOnAsync()) return null;
        Fire(NodeTrigger.Joined);
        var member = new SetMember(this, _position);
        var point = _cluster.Gathering.At(_position);
        // A barrier is part of its instance's time; a set is waited for within a deadline of its own.
        var limit = step.Scope == StepScope.Barrier ? AttemptLimit.For(_cluster.Plan, _position, _cluster.Active) : default;
        using var scope = new TimeoutScope(limit.Time, _services.Time, Stopping);
        var joined = _services.Time.GetTimestamp();
        _cluster.Gathering.Join(point, member);
        using var leave = scope.Token.UnsafeRegister(
            static state =>
            {
                var (flow, point, member) = ((NodeFlow, GatherPoint, SetMember))state!;
                flow._services.Loop.Post(_ => flow.LeaveSet(point, member), null);
            },
            (this, point, member));
        try
        {
            var result = await member.Result.Task;
            // Opened in the very instant of the limit, because others reached theirs: the limit counts.
            return limit.Time <= _services.Time.GetElapsedTime(joined) ? TimedOut() : result;
        }
        catch (OperationCanceledException) when (scope.Expired)
        {
            Fire(NodeTrigger.Started);
            return TimedOut();
        }

        AttemptResult TimedOut() => new(
            new StepOutcome.Failed(
                FaultFactory.OfTimeout(_cluster.AttemptAt(Node, _position), FaultCodes.InstanceTimeout, limit, step, []), FailureScope.InstanceRun),
            _services.Time.GetElapsedTime(joined));
    }

    /// <summary>Ends the wait of a node that has not started with its set.</summary>
    private void LeaveSet(GatherPoint point, SetMember member)
    {
        if (!point.Waiting.Contains(member)) return; // started: the set run says how it ends
        _cluster.Gathering.Leave(point, member);
        member.Result.TrySetCanceled(CancellationToken.None);
    }

    private async Task GoOnAsync(MicroStepPlan step, StepOutcome outcome, TimeSpan duration)
    {
        var attempt = _cluster.AttemptAt(Node, _position);
        switch (outcome)
        {
            case StepOutcome.Succeeded(var facts):
                Facts = Facts.With(facts);
                _services.Journal.Append(new OperationEvent.StepSucceeded
                {
                    Operation = _operation.Id, At = _services.Time.GetUtcNow(), Node = Node.Name, Step = step.Step,
                    InstanceAttempt = attempt.InstanceAttempt, Attempt = attempt.Attempt, Duration = duration, Facts = facts,
                });
                if (_position.AfterSuccess(_cluster.Plan, duration) is { } next)
                {
                    if (next.MacroStep != _position.MacroStep) _earlier = null;
                    Fire(NodeTrigger.Succeeded);
                    Move(next);
                }
                else
                {
                    Fire(NodeTrigger.Completed);
                    End(null, null);
                }

                break;

            case StepOutcome.Cancelled(var fault):
                Fire(NodeTrigger.Cancelled);
                JournalFailure(attempt, duration, fault, FailureConsequence.Cancel);
                End(fault, null);
                break;

            case StepOutcome.Failed(var fault, var scope):
                await FailAsync(attempt, duration, fault, ConsequenceOf(attempt, duration, scope));
                break;
        }
    }

    /// <summary>Decides what follows a failure; a retry only when the instance has time left after the pause.</summary>
    private FailureConsequence ConsequenceOf(AttemptId attempt, TimeSpan duration, FailureScope scope)
    {
        var consequence = _position.ConsequenceOf(_cluster.Plan, scope);
        if (consequence != FailureConsequence.Retry
            || _position.InstanceIn(_cluster.Plan).Timeout.Evaluate(_cluster.Active) is not { } limit) return consequence;
        return _position.Spent + duration + RetryPause.After(attempt, consequence) < limit
            ? consequence
            : _position.ConsequenceOf(_cluster.Plan, FailureScope.InstanceRun);
    }

    private async Task FailAsync(AttemptId attempt, TimeSpan duration, Fault fault, FailureConsequence consequence)
    {
        JournalFailure(attempt, duration, fault, consequence);
        var pause = RetryPause.After(attempt, consequence);
        if (_position.AfterFailure(consequence, duration, pause) is not { } next)
        {
            Fire(NodeTrigger.GaveUp);
            End(FaultFactory.Telling(_earlier, fault), null);
            return;
        }

        if (consequence != FailureConsequence.Retry) _earlier = FaultFactory.Telling(_earlier, fault);
        Fire(NodeTrigger.Failed);
        _slots.Release();
        Move(next);
        await Task.Delay(pause, _services.Time, Stopping);
        Fire(NodeTrigger.Rested);
    }

    private void JournalFailure(AttemptId attempt, TimeSpan duration, Fault fault, FailureConsequence consequence) =>
        _services.Journal.Append(new OperationEvent.StepFailed
        {
            Operation = _operation.Id, At = _services.Time.GetUtcNow(), Node = Node.Name, Step = attempt.Step,
            InstanceAttempt = attempt.InstanceAttempt, Attempt = attempt.Attempt, Duration = duration, Fault = fault, Consequence = consequence,
        });

    private void Move(NodePosition next)
    {
        var from = _position;
        _position = next;
        _cluster.Gathering.Move(from, next);
    }

    /// <summary>Ends a node that no attempt is under way on: cancelled, or left to be resumed.</summary>
    private void StopBetweenSteps()
    {
        var fault = Loss is { } loss ? FaultFactory.OfRightLoss(Node.Name, loss, null)
            : _operation.CancelledBy is { } user ? FaultFactory.OfCancellation(Node.Name, user, null)
            : null;
        if (fault is null) return;
        Fire(NodeTrigger.Cancelled);
        End(fault, null);
    }

    private void End(Fault? fault, StepReference? step)
    {
        _services.Journal.Append(new OperationEvent.NodeFinished
        {
            Operation = _operation.Id, At = _services.Time.GetUtcNow(), Node = Node.Name, State = State, Fault = fault, Step = step, Facts = Facts,
        });
        _cluster.Active--;
        _cluster.Gathering.Move(_position, null);
        _operation.Count(State);
    }
}
