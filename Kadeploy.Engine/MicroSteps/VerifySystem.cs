namespace Kadeploy.Engine.MicroSteps;

/// <summary>Proves that what runs is what was deployed: who answers, since when, from where, and whose marker it carries.</summary>
internal sealed class VerifySystem : INodeMicroStep
{
    /// <inheritdoc/>
    public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var system = await context.Drivers.Channel.IdentifyAsync(context.Node, cancellationToken).ConfigureAwait(false);
        return Problem(context, system) is { } problem
            ? throw new OperationFailedException(FaultCodes.NotDeployedSystem, $"node {context.Node.Name}: {problem}")
            : null;
    }

    private static string? Problem(StepContext context, RunningSystem? system)
    {
        if (system is null) return "no system answers any more";
        if (system.Kind != SystemKind.Installed) return "the deployment environment runs instead of the deployed system";
        if (system.BootId == context.Facts.BootId) return "the system that ran before the reboot still runs: the node never went down";
        if (system.DeployedBy is not { } operation) return "the running system carries no marker of a deployment";
        if (operation != context.Attempt.Operation)
            return $"the running system was deployed by {operation}, not by {context.Attempt.Operation}";

        // An image that fills several partitions says itself which of them is its root.
        var target = DeployTarget.Of(context);
        if (system.RootDevice is not { } root || context.Request.Environment.Multipart) return null;
        var fits = target.Partition is null ? root.StartsWith(target.Disk, StringComparison.Ordinal) : root == target.Device;
        return fits ? null : $"the running system has its root on {root}; {target.Device} was written";
    }
}
