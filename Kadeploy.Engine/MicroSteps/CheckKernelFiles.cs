namespace Kadeploy.Engine.MicroSteps;

/// <summary>Checks that the image holds the kernel and the initial RAM disk that its description names.</summary>
internal sealed class CheckKernelFiles() : CommandStep<DeploymentContext>(FaultCodes.KernelMissing)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context)
    {
        var boot = context.Request.Environment.Boot.On(context.Cluster.Architecture);
        return [Program(context, NodePrograms.CheckFiles, [NodePaths.ExtractionDirectory, .. new[] { boot.Kernel, boot.Initrd }.OfType<string>()])];
    }
}
