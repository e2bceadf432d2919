namespace Kadeploy.Engine.MicroSteps;

/// <summary>Sets what the node boots next; the variants are Kadeploy's.</summary>
internal sealed class SwitchPxe : NodeMicroStep<BootContext>
{
    /// <summary>The deployment environment.</summary>
    public const string ProdToDeployEnv = "ProdToDeployEnv";

    /// <summary>The deployment environment with its root on NFS.</summary>
    public const string ProdToNfsrootEnv = "ProdToNfsrootEnv";

    /// <summary>What was deployed, from the node's disk.</summary>
    public const string DeployToDeployedEnv = "DeployToDeployedEnv";

    /// <summary>A profile that the user brings.</summary>
    public const string SetPxe = "SetPxe";

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(BootContext context, CancellationToken cancellationToken)
    {
        var (target, given) = (context.Target, context.Requested.Disk);
        BootEntry entry = context.Step.Variant switch
        {
            ProdToDeployEnv => new BootEntry.DeploymentEnvironment(),
            ProdToNfsrootEnv => new BootEntry.NfsRoot(),
            DeployToDeployedEnv => new BootEntry.LocalDisk(target.Disk, target.Partition) { GivenName = given == target.Disk ? null : given },
            SetPxe when context is RebootContext { Request.Profile: { } profile } => new BootEntry.Custom(profile, context.User),
            _ => throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(SwitchPxe)}"),
        };
        await context.Drivers.NetBoot.PrepareAsync(context.Node, entry, context.Attempt, cancellationToken).ConfigureAwait(false);

        // The node boots in the other network, where its profile may be named by another address.
        if (context.Vlan is not null && context.Reached != context.Node && context.Step.Variant is DeployToDeployedEnv or SetPxe)
            await context.Drivers.NetBoot.PrepareAsync(context.Reached, entry, context.Attempt, cancellationToken).ConfigureAwait(false);
        return null;
    }
}
