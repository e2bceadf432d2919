using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.TestKit.Workflow;

/// <summary>A plan of scripted steps for tests of the workflow: macro-steps hold instances, instances hold steps.</summary>
internal sealed class ScriptedPlan
{
    private readonly List<(MacroStep MacroStep, List<ScriptedInstance> Instances)> _macroSteps = [];

    /// <summary>Adds a macro-step with its instances.</summary>
    public ScriptedPlan Then(params ScriptedInstance[] instances)
    {
        _macroSteps.Add(((MacroStep)_macroSteps.Count, [.. instances]));
        return this;
    }

    /// <summary>Makes the plan of a cluster.</summary>
    public ClusterPlan Build(string cluster, IEnumerable<Node> nodes, ref int ordinal, Dictionary<StepReference, MicroStepDefinition> definitions)
    {
        var macroSteps = ImmutableArray.CreateBuilder<MacroStepPlan>();
        foreach (var (macroStep, scripted) in _macroSteps)
        {
            var instances = ImmutableArray.CreateBuilder<InstancePlan>();
            foreach (var instance in scripted)
            {
                var steps = ImmutableArray.CreateBuilder<MicroStepPlan>();
                foreach (var step in instance.Steps)
                {
                    var reference = new StepReference(ordinal++, cluster, macroStep, new(instance.Name), step.Definition.Name);
                    definitions.Add(reference, step.Definition);
                    steps.Add(step.Plan(reference));
                }

                instances.Add(new()
                {
                    Name = new(instance.Name), Retries = instance.Retries, Timeout = TimeoutExpression.Seconds(instance.Timeout),
                    Breakpoint = instance.Breakpoint, MicroSteps = steps.ToImmutable(),
                });
            }

            macroSteps.Add(new(macroStep, instances.ToImmutable()));
        }

        return new() { Cluster = new() { Name = cluster }, Nodes = [.. nodes], MacroSteps = macroSteps.ToImmutable() };
    }
}

/// <summary>An instance of a scripted plan.</summary>
internal sealed record ScriptedInstance(string Name, params ScriptedStep[] Steps)
{
    public int Retries { get; init; }

    /// <summary>Gets the limit in seconds; 0 for none.</summary>
    public int Timeout { get; init; }

    public bool Breakpoint { get; init; }
}

/// <summary>A step of a scripted plan.</summary>
internal sealed class ScriptedStep
{
    private ScriptedStep(string name, object implementation, StepScope scope)
    {
        Scope = scope;
        Definition = new()
        {
            Name = new(name), Fault = FaultCodes.Command, Timeout = TimeoutExpression.None, Implementation = implementation,
        };
    }

    public MicroStepDefinition Definition { get; }

    public StepScope Scope { get; }

    public int Retries { get; init; }

    /// <summary>Gets the limit in seconds; 0 for none.</summary>
    public int Timeout { get; init; }

    public bool Breakpoint { get; init; }

    public bool Repeatable { get; init; } = true;

    public ImmutableArray<ThrottledResource> Resources { get; init; } = [];

    /// <summary>Makes a node-scope step.</summary>
    public static ScriptedStep Node(
        string name, Func<StepContext, CancellationToken, Task> run, int retries = 0, int timeout = 0, bool breakpoint = false,
        bool repeatable = true, ImmutableArray<ThrottledResource>? resources = null) =>
        new(name, new NodeScript(run), StepScope.Node)
        {
            Retries = retries, Timeout = timeout, Breakpoint = breakpoint, Repeatable = repeatable, Resources = resources ?? [],
        };

    /// <summary>Makes a set-scope step whose nodes end one by one as the script says; a script that throws fails its node.</summary>
    public static ScriptedStep Set(
        string name, Func<IReadOnlyList<StepContext>, CancellationToken, IAsyncEnumerable<SetStepResult>> run, int retries = 0, int timeout = 0,
        ImmutableArray<ThrottledResource>? resources = null) =>
        new(name, new SetScript(run), StepScope.Set) { Retries = retries, Timeout = timeout, Resources = resources ?? [] };

    /// <summary>Makes a barrier.</summary>
    public static ScriptedStep Barrier(string name) =>
        new(name, new NodeScript(static (_, _) => throw new InvalidOperationException("a barrier does nothing")), StepScope.Barrier);

    public MicroStepPlan Plan(StepReference reference) => new()
    {
        Step = reference, Scope = Scope, Retries = Retries, Timeout = TimeoutExpression.Seconds(Timeout), Breakpoint = Breakpoint,
        Repeatable = Repeatable, Resources = Resources,
    };

    private sealed class NodeScript(Func<StepContext, CancellationToken, Task> run) : INodeMicroStep
    {
        public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
        {
            await run(context, cancellationToken);
            return null;
        }
    }

    private sealed class SetScript(Func<IReadOnlyList<StepContext>, CancellationToken, IAsyncEnumerable<SetStepResult>> run) : ISetMicroStep
    {
        public async IAsyncEnumerable<SetStepResult> RunAsync(
            IReadOnlyList<StepContext> contexts, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var result in run(contexts, cancellationToken)) yield return result;
        }
    }
}
