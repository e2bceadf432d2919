namespace Kadeploy.TestKit;

/// <summary>Events of sample plans.</summary>
public static class SampleEvents
{
    /// <summary>Gives one event of every kind with all that it can hold, and of some kinds another with as little as it can.</summary>
    /// <param name="plan">A plan with at least two nodes and two micro-steps.</param>
    /// <returns>The events, without sequence numbers; the last ends the operation.</returns>
    public static IReadOnlyList<OperationEvent> OfEveryKind(OperationPlan plan)
    {
        var operation = plan.Operation;
        var at = plan.PlannedAt.AddTicks(7);
        var (first, second) = (plan.Clusters[0].Nodes[0].Name, plan.Clusters[0].Nodes[1].Name);
        var steps = Steps(plan);
        Fault fault = new()
        {
            Code = FaultCodes.NoBoot,
            Step = steps[1],
            InstanceAttempt = 2,
            Attempt = 3,
            Message = "node-2: 'no' sign of life — 400 s after the reboot",
            Evidence = ["PXE-E53", "no boot filename \u0001 \"quoted\""],
            SuggestedAction = "Look at the console.",
        };
        NodeFacts facts = new()
        {
            BootId = "f00d", ImageDigest = new('b', 64), Disk = "/dev/sdb", DiskSerial = "S1", DiskWwn = "0x5", DiskBytes = 1L << 40, FileSystemId = "f5-1", Power = PowerState.On,
        };
        return
        [
            new OperationEvent.Started { Operation = operation, At = at },
            new OperationEvent.NodeLeased { Operation = operation, At = at, Node = first },
            StepStarted(plan, first, 0) with { InstanceAttempt = 2, Attempt = 3 },
            StepStarted(plan, first, 1) with { Set = 4 },
            new OperationEvent.SetFormed { Operation = operation, At = at, Step = steps[1], Set = 4, Nodes = 2 },
            StepSucceeded(plan, first, 0) with { InstanceAttempt = 2, Attempt = 3, Duration = TimeSpan.FromTicks(12_345_678), Facts = facts },
            StepSucceeded(plan, second, 0) with { Duration = TimeSpan.Zero },
            new OperationEvent.StepFailed
            {
                Operation = operation, At = at, Node = second, Step = steps[1], InstanceAttempt = 2, Attempt = 3,
                Duration = TimeSpan.FromSeconds(400), Fault = fault, Consequence = FailureConsequence.GiveUp,
            },
            new OperationEvent.StepInterrupted { Operation = operation, At = at, Node = second, Step = steps[1], InstanceAttempt = 1, Attempt = 1 },
            new OperationEvent.Resumed { Operation = operation, At = at },
            new OperationEvent.CancelRequested { Operation = operation, At = at, User = "grace" },
            NodeFinished(plan, first) with { Facts = facts },
            NodeFinished(plan, second) with { State = NodeState.Ko, Fault = fault, Step = steps[0] },
            Finished(plan, new(Ok: 1, Ko: 1)),
        ];
    }

    /// <summary>Gives a plan's micro-steps by ordinal.</summary>
    /// <param name="plan">The plan.</param>
    /// <returns>The references.</returns>
    public static StepReference[] Steps(OperationPlan plan) =>
        [.. from cluster in plan.Clusters from macro in cluster.MacroSteps from instance in macro.Instances from micro in instance.MicroSteps select micro.Step];

    /// <summary>Makes an intent.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="node">The node.</param>
    /// <param name="step">The step's ordinal.</param>
    /// <returns>The event of the first attempt.</returns>
    public static OperationEvent.StepStarted StepStarted(OperationPlan plan, NodeName node, int step) => new()
    {
        Operation = plan.Operation, At = plan.PlannedAt, Node = node, Step = Steps(plan)[step], InstanceAttempt = 1, Attempt = 1,
    };

    /// <summary>Makes a success.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="node">The node.</param>
    /// <param name="step">The step's ordinal.</param>
    /// <returns>The event of the first attempt.</returns>
    public static OperationEvent.StepSucceeded StepSucceeded(OperationPlan plan, NodeName node, int step) => new()
    {
        Operation = plan.Operation, At = plan.PlannedAt, Node = node, Step = Steps(plan)[step], InstanceAttempt = 1, Attempt = 1,
        Duration = TimeSpan.FromSeconds(1),
    };

    /// <summary>Makes the good end of a node.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="node">The node.</param>
    /// <returns>The event.</returns>
    public static OperationEvent.NodeFinished NodeFinished(OperationPlan plan, NodeName node) =>
        new() { Operation = plan.Operation, At = plan.PlannedAt, Node = node, State = NodeState.Ok };

    /// <summary>Makes the end of an operation.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="results">How nodes ended.</param>
    /// <returns>The event.</returns>
    public static OperationEvent.Finished Finished(OperationPlan plan, NodeCounts results) =>
        new() { Operation = plan.Operation, At = plan.PlannedAt.AddHours(1), Results = results };
}
