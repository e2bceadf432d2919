using System.Globalization;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Proves that what runs is what was deployed: who answers, since when, from where, and whose marker it carries.</summary>
internal sealed class VerifySystem : NodeMicroStep<DeploymentContext>
{
    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        // A system that has just booted may take its network down once more to set it up: silence is waited out, within the step's limit.
        var system = await context.Drivers.Channel.IdentifyAsync(context.Reached, cancellationToken).ConfigureAwait(false)
            ?? await context.Drivers.Channel
                .WaitForAsync(context.Reached, SystemKind.Installed, context.Facts.BootId, cancellationToken).ConfigureAwait(false);
        return Problem(context, system) is { } problem
            ? throw new OperationFailedException(FaultCodes.NotDeployedSystem, $"node {context.Node.Name}: {problem}")
            : null;
    }

    private static string? Problem(DeploymentContext context, RunningSystem system)
    {
        if (system.Kind != SystemKind.Installed) return "the deployment environment runs instead of the deployed system";
        if (system.BootId == context.Facts.BootId) return $"the system that ran before the reboot still runs (boot {system.BootId}): the node never went down";
        if (system.DeployedBy is { } operation && operation != context.Attempt.Operation)
            return $"the running system was deployed by {operation}, not by {context.Attempt.Operation}";

        // On a file system that the deployment environment cannot mount, nothing was marked.
        if (system.DeployedBy is null && BypassCase.Supports(context.Request, context.Cluster))
            return $"the running system carries no marker of a deployment; that of {context.Attempt.Operation} was written. "
                + "It is another system, or it does not let this engine read /etc/kadeploy-deployment";
        return Root(context, system);
    }

    private static string? Root(DeploymentContext context, RunningSystem system)
    {
        // An image that fills several partitions says itself which of them is its root.
        if (context.Request.Environment.Multipart) return null;
        if (system.FileSystemId is { } running && context.Facts.FileSystemId is { } written)
            return string.Equals(running, written, StringComparison.OrdinalIgnoreCase)
                ? null
                : $"the running system has its root on the file system {running}{On(system.RootDevice)}; {written} was deployed";
        var target = context.Target;
        if (system.RootDevice is not { } root) return null;
        var fits = target.Partition is null ? IsOn(root, target.Disk) : root == target.Device;
        return fits ? null : $"the running system has its root on {root}; {target.Device} was written";
    }

    // /dev/sdab1 begins with /dev/sda, and is on another disk. What lies on several layers (LVM, RAID, encryption) has a name that tells no disk.
    private static bool IsOn(string device, string disk)
    {
        if (device == disk || device.StartsWith("/dev/dm-", StringComparison.Ordinal) || device.StartsWith("/dev/mapper/", StringComparison.Ordinal)
            || device.StartsWith("/dev/md", StringComparison.Ordinal)) return true;
        var name = device.TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        return int.TryParse(device.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && device == DeployTarget.PartitionDevice(disk, number);
    }

    private static string On(string? device) => device is null ? "" : $" on {device}";
}
