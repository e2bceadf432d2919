using System.Collections.Immutable;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>One row of <see cref="StepCatalog"/>: a micro-step and what the workflow must know of it.</summary>
internal sealed record MicroStepDefinition
{
    /// <summary>Gets its name; the class that does the work has the same.</summary>
    public required MicroStepName Name { get; init; }

    /// <summary>Gets the code of the faults that it causes where a driver names no better one.</summary>
    public required FaultCode Fault { get; init; }

    /// <summary>Gets the code when it takes too long.</summary>
    public FaultCode TimeoutFault { get; init; } = FaultCodes.StepTimeout;

    /// <inheritdoc cref="MicroStepPlan.Repeatable"/>
    public bool Repeatable { get; init; } = true;

    /// <inheritdoc cref="MicroStepPlan.Resources"/>
    public ImmutableArray<ThrottledResource> Resources { get; init; } = [];

    /// <inheritdoc cref="MicroStepPlan.Timeout"/>
    public required TimeoutExpression Timeout { get; init; }

    /// <inheritdoc cref="MicroStepPlan.Retries"/>
    public int Retries { get; init; }

    /// <summary>Gets the driver without which it cannot work.</summary>
    public StepNeed Need { get; init; } = StepNeed.Channel;

    /// <summary>Gets the implementation: an <see cref="INodeMicroStep"/> or an <see cref="ISetMicroStep"/>.</summary>
    public required object Implementation { get; init; }

    /// <summary>Gets what it sees: one of the kinds of <see cref="StepContext"/>.</summary>
    public Type Context
    {
        get
        {
            for (var type = Implementation.GetType(); type is not null; type = type.BaseType)
                if (type.IsGenericType && type.GetGenericTypeDefinition() is var kind && (kind == typeof(NodeMicroStep<>) || kind == typeof(SetMicroStep<>)))
                    return type.GetGenericArguments()[0];
            return typeof(StepContext);
        }
    }

    /// <inheritdoc cref="MicroStepPlan.Scope"/>
    public StepScope Scope => Implementation is ISetMicroStep ? StepScope.Set : StepScope.Node;
}

/// <summary>The driver that a micro-step cannot do without; the planner refuses a plan that lacks it.</summary>
internal enum StepNeed
{
    /// <summary>None.</summary>
    Nothing,

    /// <summary>Commands and questions to the node.</summary>
    Channel,

    /// <summary>Boot profiles.</summary>
    NetBoot,

    /// <summary>The management controller.</summary>
    Power,

    /// <summary>Isolated networks.</summary>
    Vlan,

    /// <summary>The broadcaster of the step's instance.</summary>
    Broadcaster,

    /// <summary>A line to the console.</summary>
    Console,
}

/// <summary>A micro-step that each node goes through as soon as it is ready.</summary>
/// <remarks>Stateless: one object serves all nodes. Failure is an exception of the ladder in <see cref="KadeployException"/>; only the
/// workflow makes a <see cref="Fault"/> of it.</remarks>
internal interface INodeMicroStep
{
    /// <summary>Does the step on one node.</summary>
    /// <param name="context">The node and what belongs to it.</param>
    /// <param name="cancellationToken">Fires at the attempt's limit, when the operation is cancelled, or when the engine stops.</param>
    /// <returns>What was learned about the node, or null.</returns>
    Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken);
}

/// <summary>A micro-step for which nodes gather.</summary>
/// <remarks>As for <see cref="INodeMicroStep"/>; an exception fails all nodes that have no result yet.</remarks>
internal interface ISetMicroStep
{
    /// <summary>Does the step on all nodes of a set.</summary>
    /// <param name="contexts">The nodes and what belongs to them; at least one.</param>
    /// <param name="cancellationToken">As for <see cref="INodeMicroStep.RunAsync"/>.</param>
    /// <returns>One result per node, streamed as nodes end; a node without a result has failed, and
    /// the first result of a node counts, because the node goes on at once.</returns>
    IAsyncEnumerable<SetStepResult> RunAsync(IReadOnlyList<StepContext> contexts, CancellationToken cancellationToken);
}

/// <summary>A micro-step of one kind of operation, which sees what such operations know.</summary>
/// <typeparam name="TContext">What it sees.</typeparam>
/// <remarks>A test holds that tables of instances name such a step only in operations of its kind.</remarks>
internal abstract class NodeMicroStep<TContext> : INodeMicroStep
    where TContext : StepContext
{
    /// <inheritdoc/>
    Task<NodeFacts?> INodeMicroStep.RunAsync(StepContext context, CancellationToken cancellationToken) =>
        RunAsync((TContext)context, cancellationToken);

    /// <inheritdoc cref="INodeMicroStep.RunAsync"/>
    public abstract Task<NodeFacts?> RunAsync(TContext context, CancellationToken cancellationToken);
}

/// <summary>A micro-step of one kind of operation, for which nodes gather.</summary>
/// <typeparam name="TContext">What it sees.</typeparam>
internal abstract class SetMicroStep<TContext> : ISetMicroStep
    where TContext : StepContext
{
    /// <inheritdoc/>
    IAsyncEnumerable<SetStepResult> ISetMicroStep.RunAsync(IReadOnlyList<StepContext> contexts, CancellationToken cancellationToken) =>
        RunAsync([.. contexts.Cast<TContext>()], cancellationToken);

    /// <inheritdoc cref="ISetMicroStep.RunAsync"/>
    public abstract IAsyncEnumerable<SetStepResult> RunAsync(IReadOnlyList<TContext> contexts, CancellationToken cancellationToken);
}

/// <summary>How a set-scope micro-step ended on one node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Facts">What was learned, or null.</param>
/// <param name="Failure">Why it failed, or null when it did not.</param>
internal sealed record SetStepResult(NodeName Node, NodeFacts? Facts = null, KadeployException? Failure = null);
