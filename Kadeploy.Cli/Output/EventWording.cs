using Kadeploy.Progress;
namespace Kadeploy.Cli.Output;

/// <summary>Words for events.</summary>
internal static class EventWording
{
    /// <summary>Words an event on one line.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>Its number, time and what happened.</returns>
    public static string Line(OperationEvent happened) => $"{happened.Sequence,8}  {happened.At:yyyy-MM-dd HH:mm:ss.fff}  {Untimed(happened)}";

    /// <summary>Words an event without its number and time.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>The node and what happened.</returns>
    public static string Untimed(OperationEvent happened) => (happened is OperationEvent.NodeEvent of ? of.Node.Value + " " : "") + What(happened);

    private static string What(OperationEvent happened) => happened switch
    {
        OperationEvent.Started => "operation started",
        OperationEvent.Resumed => "operation resumed",
        OperationEvent.CancelRequested cancel => $"cancel requested by {cancel.User}",
        OperationEvent.Finished end => $"operation finished: {Wording.Results(end.Results)}",
        OperationEvent.SetFormed set => $"set {set.Set} of {Wording.Nodes(set.Nodes)} begins {set.Step}",
        OperationEvent.BroadcastProgressed { Progress: var progress } => BroadcastWording.Line(progress),
        OperationEvent.BroadcastFinished { Summary: var summary } => BroadcastWording.Line(summary),
        OperationEvent.NodeLeased => "leased",
        OperationEvent.StepStarted step => $"{Attempt(step)} started",
        OperationEvent.StepSucceeded step => $"{Attempt(step)} succeeded in {Wording.Duration(step.Duration)}",
        OperationEvent.StepFailed step =>
            $"{Attempt(step)} failed after {Wording.Duration(step.Duration)}: {step.Fault.Code} {step.Fault.Message}; {Next(step.Consequence)}",
        OperationEvent.StepInterrupted step => $"{Attempt(step)} was cut off when the engine ended; another attempt follows",
        OperationEvent.NodeFinished { Fault: { } fault } end => $"ended {End(end.State)}: {fault.Code} {fault.Message}",
        OperationEvent.NodeFinished { Step: { } step } end => $"ended {End(end.State)} before {step}",
        OperationEvent.NodeFinished end => $"ended {End(end.State)}",
        _ => happened.GetType().Name,
    };

    private static string Attempt(OperationEvent.StepEvent step) => (step.InstanceAttempt, step.Attempt) switch
    {
        (<= 1, <= 1) => step.Step.ToString(),
        (<= 1, var attempt) => $"{step.Step} (attempt {attempt})",
        var (run, attempt) => $"{step.Step} (run {run}, attempt {attempt})",
    };

    private static string Next(FailureConsequence consequence) => consequence switch
    {
        FailureConsequence.Retry => "it is tried again",
        FailureConsequence.RestartInstance => "the instance begins anew",
        FailureConsequence.Fallback => "the next instance follows",
        FailureConsequence.Cancel => "the operation was cancelled",
        _ => "nothing is left to try",
    };

    private static string End(NodeState state) => state switch
    {
        NodeState.Ok => "ok",
        NodeState.Ko => "failed",
        NodeState.Stopped => "at the breakpoint",
        NodeState.Cancelled => "cancelled",
        NodeState.Discarded => "discarded",
        _ => state.ToString(),
    };
}
