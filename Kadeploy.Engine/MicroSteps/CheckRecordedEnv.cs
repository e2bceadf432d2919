using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Checks that the system that came up is the one on the partition that was to be booted.</summary>
/// <remarks>A system that lets this server not in cannot be asked, and counts as the right one: it was seen to come up.</remarks>
internal sealed class CheckRecordedEnv : NodeMicroStep<RebootContext>
{
    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(RebootContext context, CancellationToken cancellationToken)
    {
        var system = await context.Drivers.Channel.IdentifyAsync(context.Reached, cancellationToken).ConfigureAwait(false);
        var name = context.Request.Environment?.ToString() ?? "the recorded environment";
        if (system is { Kind: SystemKind.DeploymentEnvironment }) throw Wrong($"the deployment environment came up; {name} on {context.Target.Device} was expected");
        if (system?.RootDevice is not { } root || context.Request.Environment is { Multipart: true }) return null;
        return IsThere(root, context) ? null : throw Wrong($"the system that came up has its root on {root}; {name} on {context.Target.Device} was expected");

        OperationFailedException Wrong(string what) => new(FaultCodes.WrongSystem, $"node {context.Node.Name}: {what}");
    }

    // Where a rule finds the disk, only the partition's number is known here. Layers (LVM, RAID, encryption) tell neither.
    private static bool IsThere(string root, RebootContext context)
    {
        if (context.Target.Partition is not { } number || root.StartsWith("/dev/dm-", StringComparison.Ordinal)
            || root.StartsWith("/dev/mapper/", StringComparison.Ordinal) || root.StartsWith("/dev/md", StringComparison.Ordinal)) return true;
        if (context.Request.BlockDevice is null && context.Cluster.DiskRule is not null || context.Target.Disk.StartsWith("/dev/disk/", StringComparison.Ordinal))
        {
            var text = number.ToString(CultureInfo.InvariantCulture);
            return root.EndsWith(text, StringComparison.Ordinal) && !char.IsAsciiDigit(root[^(text.Length + 1)]);
        }

        return root == context.Target.Device;
    }
}
