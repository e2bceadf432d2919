namespace Kadeploy.Engine.MicroSteps;

/// <summary>Sets what the node boots next; the variants are Kadeploy's.</summary>
internal sealed class SwitchPxe : INodeMicroStep
{
    /// <summary>The deployment environment.</summary>
    public const string ProdToDeployEnv = "ProdToDeployEnv";

    /// <summary>The deployment environment with its root on NFS.</summary>
    public const string ProdToNfsrootEnv = "ProdToNfsrootEnv";

    /// <summary>What was deployed, from the node's disk.</summary>
    public const string DeployToDeployedEnv = "DeployToDeployedEnv";

    /// <inheritdoc/>
    public async Task<NodeFacts?> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var target = DeployTarget.Of(context);
        var given = DeployTarget.Of(context.Request, context.Cluster).Disk;
        BootEntry entry = context.Step.Variant switch
        {
            ProdToDeployEnv => new BootEntry.DeploymentEnvironment(),
            ProdToNfsrootEnv => new BootEntry.NfsRoot(),
            DeployToDeployedEnv => new BootEntry.LocalDisk(target.Disk, target.Partition) { GivenName = given == target.Disk ? null : given },
            _ => throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(SwitchPxe)}"),
        };
        await context.Drivers.NetBoot.PrepareAsync(context.Node, entry, context.Attempt, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
