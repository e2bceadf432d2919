using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Workflow;

/// <summary>The part of a running operation that concerns one cluster.</summary>
internal sealed class ClusterRun
{
    /// <summary>Makes the run.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="plan">The cluster's plan.</param>
    public ClusterRun(OperationRun operation, ClusterPlan plan)
    {
        Operation = operation;
        Plan = plan;
        Gathering = new(plan, operation.Services);
        Gathering.Due += point => operation.Own(new SetRun(this, point).RunAsync());
    }

    /// <summary>Gets the operation.</summary>
    public OperationRun Operation { get; }

    /// <summary>Gets the plan.</summary>
    public ClusterPlan Plan { get; }

    /// <summary>Gets the set-scope steps.</summary>
    public GatherPoints Gathering { get; }

    /// <summary>Gets or sets the number of nodes that have not ended: the <c>n</c> of node-scope limits.</summary>
    public int Active { get; set; }

    /// <summary>Names an attempt.</summary>
    /// <param name="node">The node.</param>
    /// <param name="position">Where it stands.</param>
    /// <returns>The identifier.</returns>
    public AttemptId AttemptAt(Node node, NodePosition position) =>
        new(Operation.Id, node.Name, position.StepIn(Plan).Step, position.InstanceAttempt, position.Attempt);

    /// <summary>Collects what a micro-step may see.</summary>
    /// <param name="flow">The node.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="step">The step.</param>
    /// <returns>The context.</returns>
    public StepContext ContextOf(NodeFlow flow, AttemptId attempt, MicroStepPlan step) => new StepContext
    {
        Node = flow.Node,
        ClusterPlan = Plan,
        Step = step,
        Attempt = attempt,
        Facts = flow.Facts,
        Drivers = Operation.Drivers,
    }.In(Operation.Plan.Request);
}
