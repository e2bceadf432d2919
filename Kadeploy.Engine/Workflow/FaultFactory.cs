using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Workflow;

/// <summary>Makes faults, and so decides what a tired administrator reads.</summary>
internal static class FaultFactory
{
    private const string Afterwards = "; afterwards ";

    /// <summary>Makes the fault of an exception.</summary>
    /// <param name="attempt">The attempt that failed.</param>
    /// <param name="failure">What was thrown.</param>
    /// <param name="evidence">What an administrator sees of it.</param>
    /// <returns>The fault.</returns>
    public static Fault Of(AttemptId attempt, Exception failure, ImmutableArray<string> evidence) => failure is KadeployException known
        ? Make(attempt, known.Code, Naming(attempt.Node, known.Message), evidence)
        : Make(attempt, FaultCodes.Internal, $"node {attempt.Node}: {failure.GetType().Name} in {attempt.Step}: {failure.Message}", evidence);

    /// <summary>Makes the fault of an attempt that reached its limit.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="ofStep">The code when it is the micro-step's own limit.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="plan">The step's plan.</param>
    /// <param name="evidence">What an administrator sees of it.</param>
    /// <returns>The fault.</returns>
    public static Fault OfTimeout(
        AttemptId attempt, FaultCode ofStep, AttemptLimit limit, MicroStepPlan plan, ImmutableArray<string> evidence)
    {
        var seconds = limit.Time!.Value.TotalSeconds;
        var tries = $"attempt {attempt.Attempt} of {plan.Retries + 1}";
        return limit.OfInstance
            ? Make(attempt, FaultCodes.InstanceTimeout,
                $"node {attempt.Node}: {attempt.Step.Instance} had used up its time in step {attempt.Step.MicroStep}, {seconds:0} s into it", evidence)
            : Make(attempt, ofStep, ofStep == FaultCodes.NoBoot
                ? $"node {attempt.Node}: {WaitReboot.Awaited(plan.Variant)} gave no sign of life within {seconds:0} s, {tries}"
                : $"node {attempt.Node}: step {attempt.Step.MicroStep} did not end within {seconds:0} s, {tries}", evidence);
    }

    /// <summary>Chooses which of two faults an administrator should see.</summary>
    /// <param name="earlier">How an earlier run in the same macro-step failed, or null.</param>
    /// <param name="last">How the last one failed.</param>
    /// <returns>The last; but when that could only find the node gone, the earlier, which says where to, with a word on the last.</returns>
    public static Fault Telling(Fault? earlier, Fault last) =>
        earlier is not null && last.Code == FaultCodes.ChannelLost && earlier.Code != FaultCodes.ChannelLost
            ? earlier with { Message = earlier.Message.Contains(Afterwards, StringComparison.Ordinal) ? earlier.Message : $"{earlier.Message}{Afterwards}{last.Step?.Instance} found it gone" }
            : last;

    /// <summary>Makes the fault of a node without a result after a set-scope step.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="definition">The micro-step.</param>
    /// <param name="evidence">What an administrator sees of it.</param>
    /// <returns>The fault.</returns>
    public static Fault OfMissingResult(AttemptId attempt, MicroStepDefinition definition, ImmutableArray<string> evidence) =>
        Make(attempt, definition.Fault, $"node {attempt.Node}: step {attempt.Step.MicroStep} ended without a word from this node", evidence);

    /// <summary>Makes the fault of a cancelled node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="user">Who cancelled.</param>
    /// <param name="attempt">The attempt that was under way, or null.</param>
    /// <returns>The fault.</returns>
    public static Fault OfCancellation(NodeName node, string user, AttemptId? attempt) =>
        OfStop(FaultCodes.Cancelled, node, $"cancelled by {user}", attempt);

    /// <summary>Makes the fault of a node that was stopped for lack of a right.</summary>
    /// <param name="node">The node.</param>
    /// <param name="loss">Why.</param>
    /// <param name="attempt">The attempt that was under way, or null.</param>
    /// <returns>The fault.</returns>
    public static Fault OfRightLoss(NodeName node, RightLoss loss, AttemptId? attempt) =>
        OfStop(FaultCodes.RightEnded, node, $"stopped because {loss.Words},", attempt);

    private static Fault OfStop(FaultCode code, NodeName node, string what, AttemptId? attempt)
    {
        var where = attempt is null ? "between two steps" : $"in step {attempt.Step.MicroStep}, which may be half done";
        return new()
        {
            Code = code,
            Step = attempt?.Step,
            InstanceAttempt = attempt?.InstanceAttempt ?? 0,
            Attempt = attempt?.Attempt ?? 0,
            Message = $"node {node}: {what} {where}",
            SuggestedAction = FaultCodes.Find(code)!.SuggestedAction,
        };
    }

    /// <summary>Makes the fault of a node that another operation holds.</summary>
    /// <param name="busy">Who holds it.</param>
    /// <returns>The fault.</returns>
    public static Fault OfBusyNode(BusyNode busy) => new()
    {
        Code = FaultCodes.NodeBusy,
        Message = $"node {busy.Node}: held by operation {busy.Holder} of {busy.User}",
        SuggestedAction = FaultCodes.Find(FaultCodes.NodeBusy)!.SuggestedAction,
    };

    /// <summary>Puts the node's name in front of a message that does not have it.</summary>
    private static string Naming(NodeName node, string message) =>
        message.Contains(node.Value, StringComparison.Ordinal) ? message : $"node {node}: {message}";

    private static Fault Make(AttemptId attempt, FaultCode code, string message, ImmutableArray<string> evidence) => new()
    {
        Code = code,
        Step = attempt.Step,
        InstanceAttempt = attempt.InstanceAttempt,
        Attempt = attempt.Attempt,
        Message = Workflow.Evidence.Redacted(message),
        Evidence = evidence,
        SuggestedAction = FaultCodes.Find(code)?.SuggestedAction ?? FaultCodes.Find(FaultCodes.Internal)!.SuggestedAction,
    };
}
