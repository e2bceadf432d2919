namespace Kadeploy.Engine.MicroSteps;

/// <summary>Checks that the production environment runs on the node, from which it is to be deployed.</summary>
internal sealed class CheckNodes : NodeMicroStep<DeploymentContext>
{
    /// <summary>The production environment runs, from its own partition.</summary>
    public const string ProdEnvBooted = "ProdEnvBooted";

    /// <inheritdoc/>
    public override async Task<NodeFacts?> RunAsync(DeploymentContext context, CancellationToken cancellationToken)
    {
        if (context.Step.Variant != ProdEnvBooted)
            throw new InvalidOperationException($"'{context.Step.Variant}' is no variant of {nameof(CheckNodes)}");
        var number = context.Cluster.ProductionPartition
            ?? throw new InvalidOperationException($"{nameof(CheckNodes)} was planned without a partition");
        // The disk that was found is the cluster's, unless the request names another.
        var disk = context.Request.BlockDevice is null && context.Facts.Disk is { } found ? found : context.Cluster.BlockDevice;
        var expected = DeployTarget.PartitionDevice(disk, number);
        var system = await context.Drivers.Channel.IdentifyAsync(context.Node, cancellationToken).ConfigureAwait(false)
            ?? throw Wrong($"no system answers; the production environment on {expected} was expected");
        if (system.Kind != SystemKind.Installed)
            throw Wrong($"the deployment environment runs; the production environment on {expected} was expected");
        if (system.RootDevice != expected) throw Wrong($"bad root partition {system.RootDevice ?? "(not told)"}; {expected} was expected");
        return null;

        OperationFailedException Wrong(string what) => new(FaultCodes.WrongSystem, $"node {context.Node.Name}: {what}");
    }
}
