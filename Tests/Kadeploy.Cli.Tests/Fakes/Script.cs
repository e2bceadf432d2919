
namespace Kadeploy.Cli.Tests.Fakes;

/// <summary>Writes the journal of an operation, second by second.</summary>
internal sealed class Script
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<OperationEvent> _events = [];
    private long _sequence;

    public Script()
    {
        Id = OperationId.Create(OperationKind.Deployment, Begin);
        Plan = new()
        {
            Operation = Id,
            Kind = OperationKind.Deployment,
            User = "alice",
            PlannedAt = Begin,
            Request = new DeploymentRequest
            {
                Nodes = [Node(1)],
                User = "alice",
                Environment = new() { Name = "debian13", User = "root", Image = new(new("file:///image.tar"), ImageKind.Tar, ImageCompression.None) },
            },
            Clusters =
            [
                new()
                {
                    Cluster = new() { Name = "sim" },
                    Nodes = [],
                    MacroSteps = [.. OperationPhases.OfDeployments.Select(static macro => new MacroStepPlan(macro, [Instance(macro)]))],
                },
            ],
            Simulation = new(),
        };
    }

    public OperationId Id { get; }

    public OperationPlan Plan { get; }

    public int Nodes { get; set; } = 2;

    /// <summary>Gets or sets the seconds since the beginning that the next events bear.</summary>
    public int At { get; set; }

    public IReadOnlyList<OperationEvent> Events => _events;

    public Operation Running => new()
    {
        Id = Id,
        Kind = OperationKind.Deployment,
        User = "alice",
        Environment = "debian13 version 1",
        Nodes = Nodes,
        Simulated = true,
        State = OperationState.Running,
        PlannedAt = Begin,
    };

    public static NodeName Node(int number) => NodeName.Parse($"sim-{number}");

    /// <summary>Gives one of the two micro-steps of a macro-step: 0 or 1.</summary>
    public static StepReference Step(MacroStep macro, int step) =>
        new(((int)macro * 2) + step, "sim", macro, new($"{macro}Test"), new(step == 0 ? "First" : "Last"));

    public Operation Ended(NodeCounts results) => Running with
    {
        State = results.Cancelled > 0 ? OperationState.Cancelled : OperationState.Finished,
        FinishedAt = Begin.AddSeconds(At),
        Results = results,
    };

    public static Fault Fault(FaultCode code, StepReference? step) =>
        new() { Code = code, Step = step, Message = "it broke", SuggestedAction = FaultCodes.Find(code)!.SuggestedAction };

    public Script Started() => Add(new OperationEvent.Started { Operation = Id, At = Now });

    public Script Resumed() => Add(new OperationEvent.Resumed { Operation = Id, At = Now });

    public Script Begins(int node, MacroStep macro, int step) => Add(new OperationEvent.StepStarted
    {
        Operation = Id, At = Now, Node = Node(node), Step = Step(macro, step), InstanceAttempt = 1, Attempt = 1,
    });

    public Script Succeeds(int node, MacroStep macro, int step) => Add(new OperationEvent.StepSucceeded
    {
        Operation = Id, At = Now, Node = Node(node), Step = Step(macro, step), InstanceAttempt = 1, Attempt = 1, Duration = TimeSpan.FromSeconds(1),
    });

    public Script Fails(int node, MacroStep macro, int step, FailureConsequence consequence) => Add(new OperationEvent.StepFailed
    {
        Operation = Id, At = Now, Node = Node(node), Step = Step(macro, step), InstanceAttempt = 1, Attempt = 1, Duration = TimeSpan.FromSeconds(1),
        Fault = Fault(FaultCodes.NoBoot, Step(macro, step)), Consequence = consequence,
    });

    public Script Ends(int node, NodeState state, Fault? fault = null, StepReference? step = null, PowerState? power = null) => Add(new OperationEvent.NodeFinished
    {
        Operation = Id, At = Now, Node = Node(node), State = state, Fault = fault, Step = step, Facts = new() { Power = power },
    });

    /// <summary>Takes a node through both micro-steps of a macro-step, of which each takes one second.</summary>
    public Script Through(int node, MacroStep macro)
    {
        for (var step = 0; step < 2; step++)
        {
            Begins(node, macro, step);
            At++;
            Succeeds(node, macro, step);
        }

        return this;
    }

    /// <summary>Takes a node through everything.</summary>
    public Script Deployed(int node)
    {
        foreach (var macro in OperationPhases.OfDeployments) Through(node, macro);
        return Ends(node, NodeState.Ok);
    }

    private DateTimeOffset Now => Begin.AddSeconds(At);

    private static InstancePlan Instance(MacroStep macro) => new()
    {
        Name = new($"{macro}Test"),
        MicroSteps = [new() { Step = Step(macro, 0) }, new() { Step = Step(macro, 1) }],
    };

    private Script Add(OperationEvent happened)
    {
        _events.Add(happened with { Sequence = ++_sequence });
        return this;
    }
}
