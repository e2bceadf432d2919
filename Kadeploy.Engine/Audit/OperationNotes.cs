namespace Kadeploy.Engine.Audit;

/// <summary>What the audit trail says of operations.</summary>
internal static class OperationNotes
{
    /// <summary>An operation was recorded and begins.</summary>
    /// <param name="plan">Its plan.</param>
    /// <returns>The entry.</returns>
    public static AuditNote Started(OperationPlan plan)
    {
        var what = plan.Request switch
        {
            DeploymentRequest { Environment: var environment } => $"deploys {environment.Name} version {environment.Version} of {environment.User}",
            RebootRequest => "reboots",
            PowerRequest { Action: PowerAction.On } => "switches on",
            PowerRequest { Action: PowerAction.Off } => "switches off",
            PowerRequest { Action: PowerAction.Cycle } => "switches off and on",
            PowerRequest => "asks for the power of",
            ConsoleRequest { ReadOnly: true } => "looks at the console of",
            ConsoleRequest => "uses the console of",
            var other => throw new ArgumentOutOfRangeException(nameof(plan), other.Kind, "a kind of operation that is not told"),
        };
        var nodes = NodeSet.From(plan.Clusters.SelectMany(static cluster => cluster.Nodes).Select(static node => node.Name)).Fold();
        return new(plan.User, AuditAction.OperationStarted, plan.Simulation is null ? what : $"{what}, simulated", nodes, plan.Operation);
    }

    /// <summary>Somebody asked for an operation to be cancelled.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="user">Who asked.</param>
    /// <returns>The entry.</returns>
    public static AuditNote Cancelled(OperationId operation, string user) => new(user, AuditAction.OperationCancelled, "asked for it to be cancelled", "", operation);

    /// <summary>All nodes of an operation have ended.</summary>
    /// <param name="end">How.</param>
    /// <param name="user">Whose operation it is.</param>
    /// <returns>The entry.</returns>
    public static AuditNote Ended(OperationEvent.Finished end, string user)
    {
        var (ok, ko, stopped, cancelled, discarded) = end.Results;
        return new(
            user, AuditAction.OperationEnded, FormattableString.Invariant($"nodes: {ok} ok, {ko} ko, {stopped} stopped, {cancelled} cancelled, {discarded} discarded"), "",
            end.Operation);
    }
}
