using System.Collections.Immutable;
using System.Globalization;

namespace Kadeploy.TestKit.Statistics;

/// <summary>Operations with all that can happen to nodes, drawn from a seed.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Events">Its events in their order; the last ends the operation.</param>
public sealed record GeneratedOperation(OperationPlan Plan, IReadOnlyList<OperationEvent> Events);

/// <summary>Draws a journal.</summary>
public static class GeneratedJournal
{
    private static readonly string[] Users = ["ada", "bob", "o'brien; DROP TABLE log", "zoë"];

    private static readonly (string Name, int Version)[] Environments = [("debian13", 1), ("debian13", 2), ("debian13", 10), ("win \"11\"", 1)];

    /// <summary>The time at which the first operation begins: shortly before midnight.</summary>
    public static readonly DateTimeOffset Begin = new(2026, 3, 1, 23, 40, 0, TimeSpan.Zero);

    /// <summary>Draws operations that follow each other over days.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="operations">How many.</param>
    /// <param name="nodes">How many nodes each has, at most.</param>
    /// <param name="allKinds">Whether power and consoles are among them.</param>
    /// <returns>The operations, oldest first.</returns>
    public static List<GeneratedOperation> Create(int seed, int operations, int nodes, bool allKinds = false)
    {
        var chance = new Random(seed);
        var result = new List<GeneratedOperation>();
        var at = Begin;
        for (var i = 0; i < operations; i++)
        {
            result.Add(Operation(chance, at, 1 + chance.Next(nodes), allKinds));
            at += TimeSpan.FromMinutes(chance.Next(5, 600)) + TimeSpan.FromTicks(chance.Next(10_000_000));
        }

        return result;
    }

    private static OperationRequest Request(OperationKind kind, PowerAction action, string user, ImmutableArray<NodeName> nodes, KaEnvironment environment) => kind switch
    {
        OperationKind.Reboot => new RebootRequest { Nodes = nodes, User = user, Into = RebootKind.RecordedEnv, Environment = environment },
        OperationKind.Power => new PowerRequest { Nodes = nodes, User = user, Action = action },
        OperationKind.Console => new ConsoleRequest { Nodes = nodes, User = user },
        _ => new DeploymentRequest { Nodes = nodes, User = user, Environment = environment },
    };

    private static GeneratedOperation Operation(Random chance, DateTimeOffset at, int nodes, bool allKinds)
    {
        var kind = chance.Next(5) == 0 ? OperationKind.Reboot : allKinds && chance.Next(3) > 0 ? chance.Next(3) == 0 ? OperationKind.Console : OperationKind.Power : OperationKind.Deployment;
        var action = kind == OperationKind.Power && chance.Next(2) == 0 ? PowerAction.Off : PowerAction.Status;
        var clusters = chance.Next(3) switch { 0 => new[] { "alpha" }, 1 => ["beta"], _ => ["alpha", "beta"] };
        var environment = Environments[chance.Next(Environments.Length)];
        var user = Users[chance.Next(Users.Length)];
        var ordinal = 0;
        var id = OperationId.Create(kind, at);
        var clusterPlans = clusters.Select(cluster => new ClusterPlan
        {
            Cluster = new() { Name = cluster },
            Nodes = [.. Enumerable.Range(1, nodes).Select(i => new Node { Name = NodeName.Parse(string.Create(CultureInfo.InvariantCulture, $"{cluster}-{i}")), Cluster = cluster })],
            MacroSteps = kind switch
            {
                OperationKind.Reboot => [Macro(cluster, MacroStep.BootNewEnv, ref ordinal, "BootNewEnvHardReboot")],
                OperationKind.Power => [Macro(cluster, MacroStep.Power, ref ordinal, $"Power{action}")],
                OperationKind.Console => [Macro(cluster, MacroStep.Console, ref ordinal, "ConsoleStandard")],
                _ =>
                [
                    Macro(cluster, MacroStep.SetDeploymentEnv, ref ordinal, "SetDeploymentEnvUntrusted", "SetDeploymentEnvKexec"),
                    Macro(cluster, MacroStep.BroadcastEnv, ref ordinal, "BroadcastEnvChain"),
                    Macro(cluster, MacroStep.BootNewEnv, ref ordinal, "BootNewEnvClassical", "BootNewEnvHardReboot"),
                    Macro(cluster, MacroStep.Verify, ref ordinal, "VerifyStandard"),
                ],
            },
        }).ToImmutableArray();
        var plan = new OperationPlan
        {
            Operation = id,
            Kind = kind,
            User = user,
            PlannedAt = at,
            Request = Request(
                kind, action, user, [.. clusterPlans.SelectMany(static cluster => cluster.Nodes).Select(static node => node.Name)],
                new() { Name = environment.Name, Version = environment.Version, User = "root", Image = new(new("file:///image"), ImageKind.Tar, ImageCompression.None) }),
            Clusters = clusterPlans,
            Simulation = chance.Next(8) == 0 ? new() : null,
        };
        var events = new List<OperationEvent> { new OperationEvent.Started { Operation = id, At = at } };
        foreach (var cluster in clusterPlans)
            foreach (var node in cluster.Nodes) events.AddRange(new NodeStory(chance, plan, cluster, node.Name, at).Tell());
        events = [.. events.OrderBy(static happened => happened.At)]; // stable: what happens to a node stays in its order
        events.Add(new OperationEvent.Finished { Operation = id, At = events[^1].At, Results = Counts(events) });
        return new(plan, events);
    }

    private static NodeCounts Counts(IEnumerable<OperationEvent> events) =>
        events.OfType<OperationEvent.NodeFinished>().Aggregate(new NodeCounts(), static (counts, end) => counts.Add(end.State));

    private static MacroStepPlan Macro(string cluster, MacroStep macroStep, ref int ordinal, params ReadOnlySpan<string> instances)
    {
        var plans = ImmutableArray.CreateBuilder<InstancePlan>();
        foreach (var instance in instances)
        {
            var name = new InstanceName(instance);
            plans.Add(new()
            {
                Name = name,
                Retries = 1,
                Timeout = instance.EndsWith("Kexec", StringComparison.Ordinal) ? TimeoutExpression.None : TimeoutExpression.Parse("900 + n"),
                MicroSteps =
                [
                    new() { Step = new(ordinal++, cluster, macroStep, name, new("First")), Retries = 1 },
                    new() { Step = new(ordinal++, cluster, macroStep, name, new(macroStep == MacroStep.BroadcastEnv ? "SendEnvironment" : "WaitReboot")), Retries = 1 },
                ],
            });
        }

        return new(macroStep, plans.ToImmutable());
    }

    /// <summary>What happens to one node.</summary>
    private sealed class NodeStory(Random chance, OperationPlan plan, ClusterPlan cluster, NodeName node, DateTimeOffset begin)
    {
        private readonly List<OperationEvent> _events = [];
        private DateTimeOffset _at = begin;
        private Fault? _fault;

        public List<OperationEvent> Tell()
        {
            if (chance.Next(30) == 0)
            {
                End(NodeState.Discarded, new() { Code = FaultCodes.NodeBusy, Message = "busy", SuggestedAction = "Wait." });
                return _events;
            }

            _at += TimeSpan.FromMilliseconds(chance.Next(100));
            _events.Add(new OperationEvent.NodeLeased { Operation = plan.Operation, At = _at, Node = node });
            foreach (var macroStep in cluster.MacroSteps)
            {
                if (chance.Next(40) == 0)
                {
                    End(NodeState.Stopped, null);
                    return _events;
                }

                if (macroStep.Instances.Any(Through)) continue;
                End(_fault!.Code == FaultCodes.Cancelled ? NodeState.Cancelled : NodeState.Ko, _fault);
                return _events;
            }

            End(NodeState.Ok, null);
            return _events;
        }

        /// <summary>Takes the node through an instance, with its retries.</summary>
        private bool Through(InstancePlan instance)
        {
            if (_fault?.Code == FaultCodes.Cancelled) return false;
            var last = instance == cluster.MacroSteps.First(macro => macro.Instances.Contains(instance)).Instances[^1];
            for (var run = 1; run <= instance.Retries + 1; run++)
            {
                var well = true;
                foreach (var step in instance.MicroSteps)
                {
                    for (var attempt = 1; ; attempt++)
                    {
                        if (Attempt(step, run, attempt, lastRun: run > instance.Retries, last) is not { } consequence) break;
                        if (consequence == FailureConsequence.Retry) continue;
                        if (consequence != FailureConsequence.RestartInstance) return false;
                        well = false;
                        break;
                    }

                    if (!well) break;
                }

                if (well) return true;
            }

            return false;
        }

        /// <summary>Makes an attempt; gives null when it went well.</summary>
        private FailureConsequence? Attempt(MicroStepPlan step, int run, int attempt, bool lastRun, bool lastInstance)
        {
            _at += TimeSpan.FromTicks(chance.Next(20_000_000));
            _events.Add(new OperationEvent.StepStarted
            {
                Operation = plan.Operation, At = _at, Node = node, Step = step.Step, InstanceAttempt = run, Attempt = attempt, Set = step.Step.MicroStep.Value == "SendEnvironment" ? 1 : 0,
            });
            if (chance.Next(60) == 0)
            {
                // The engine dies, and the attempt is made under another number.
                _at += TimeSpan.FromSeconds(1);
                _events.Add(new OperationEvent.StepInterrupted { Operation = plan.Operation, At = _at, Node = node, Step = step.Step, InstanceAttempt = run, Attempt = attempt });
                return FailureConsequence.Retry;
            }

            var duration = TimeSpan.FromTicks((long)(Math.Exp(chance.NextDouble() * 9) * 100_000));
            _at += duration;
            if (chance.Next(4) != 0)
            {
                _events.Add(new OperationEvent.StepSucceeded
                {
                    Operation = plan.Operation, At = _at, Node = node, Step = step.Step, InstanceAttempt = run, Attempt = attempt, Duration = duration,
                    Facts = step.Step.MicroStep.Value == "SendEnvironment" ? new() { ImageDigest = new('a', 64) } : null,
                });
                return null;
            }

            var cancelled = chance.Next(15) == 0;
            var consequence = cancelled ? FailureConsequence.Cancel
                : attempt <= step.Retries ? FailureConsequence.Retry
                : !lastRun ? FailureConsequence.RestartInstance
                : lastInstance ? FailureConsequence.GiveUp : FailureConsequence.Fallback;
            _fault = new()
            {
                Code = cancelled ? FaultCodes.Cancelled : chance.Next(2) == 0 ? FaultCodes.NoBoot : FaultCodes.StepTimeout, Step = step.Step, InstanceAttempt = run, Attempt = attempt,
                Message = $"{node}: no \"sign\" of life, after {duration.TotalSeconds:0.0} s\r\nnew line", SuggestedAction = "Look.",
            };
            _events.Add(new OperationEvent.StepFailed
            {
                Operation = plan.Operation, At = _at, Node = node, Step = step.Step, InstanceAttempt = run, Attempt = attempt, Duration = duration, Fault = _fault, Consequence = consequence,
            });
            return consequence;
        }

        private void End(NodeState state, Fault? fault)
        {
            _at += TimeSpan.FromTicks(chance.Next(1000));
            _events.Add(new OperationEvent.NodeFinished
            {
                Operation = plan.Operation, At = _at, Node = node, State = state, Fault = fault,
                Facts = _events.OfType<OperationEvent.StepSucceeded>().LastOrDefault(static each => each.Facts is not null)?.Facts ?? NodeFacts.None,
            });
        }
    }
}
