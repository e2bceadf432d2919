using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Workflow;

/// <summary>Makes outcomes of exceptions: the only place that does.</summary>
internal static class Attempts
{
    /// <summary>Runs one attempt at a node-scope step whose intent is journaled.</summary>
    /// <param name="step">The micro-step.</param>
    /// <param name="context">What it sees.</param>
    /// <param name="limit">Its limit.</param>
    /// <param name="flow">The node's way.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>How it ended.</returns>
    public static async Task<StepOutcome> RunAsync(
        MicroStepDefinition step, StepContext context, AttemptLimit limit, NodeFlow flow, OperationRun operation)
    {
        using var scope = new TimeoutScope(limit.Time, operation.Services.Time, flow.Stopping);
        try
        {
            await operation.Services.Leases.EnsureHeldAsync(flow.Stopping);
            flow.Stopping.ThrowIfCancellationRequested(); // stopped while the intent was on its way to the disk
            return new StepOutcome.Succeeded(await ((INodeMicroStep)step.Implementation).RunAsync(context, scope.Token));
        }
        catch (Exception failure)
        {
            return OutcomeOf(failure, step, context, limit, scope, flow, operation);
        }
    }

    /// <summary>Says what an exception means for a node.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="step">The micro-step.</param>
    /// <param name="context">The node's context.</param>
    /// <param name="limit">The attempt's limit.</param>
    /// <param name="scope">The attempt's token.</param>
    /// <param name="flow">The node's way.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>The outcome.</returns>
    public static StepOutcome OutcomeOf(
        Exception failure, MicroStepDefinition step, StepContext context, AttemptLimit limit, TimeoutScope scope, NodeFlow flow, OperationRun operation) =>
        failure switch
        {
            _ when flow.Loss is { } loss => new StepOutcome.Cancelled(FaultFactory.OfRightLoss(context.Node.Name, loss, context.Attempt)),
            // What an interrupted step throws says nothing once the operation is being stopped.
            _ when operation.Stopping.IsCancellationRequested => operation.CancelledBy is { } user
                ? new StepOutcome.Cancelled(FaultFactory.OfCancellation(context.Node.Name, user, context.Attempt))
                : StepOutcome.Abandoned.Instance,
            LeaseLostException => StepOutcome.Abandoned.Instance, // the engine was told
            StoreException unsaved => operation.Abandon(unsaved),
            OperationCanceledException when scope.Expired => new StepOutcome.Failed(
                FaultFactory.OfTimeout(context.Attempt, step.TimeoutFault, limit, context.Step, EvidenceOf(failure, context)),
                limit.OfInstance ? FailureScope.InstanceRun : FailureScope.Attempt),
            DriverUnusableException => new StepOutcome.Failed(FaultFactory.Of(context.Attempt, failure, EvidenceOf(failure, context)), FailureScope.Instance),
            _ => new StepOutcome.Failed(FaultFactory.Of(context.Attempt, failure, EvidenceOf(failure, context)), FailureScope.Attempt),
        };

    /// <summary>Gathers what an administrator sees of a failure.</summary>
    /// <param name="failure">What was thrown.</param>
    /// <param name="context">The node's context.</param>
    /// <returns>The lines.</returns>
    public static ImmutableArray<string> EvidenceOf(Exception failure, StepContext context) => Evidence.Of(
        failure switch
        {
            KadeployException known => known.Evidence,
            CommandStoppedException stopped => stopped.LastLines,
            _ => [],
        },
        context.Drivers.Console, context.Node);
}
