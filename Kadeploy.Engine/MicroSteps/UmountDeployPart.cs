namespace Kadeploy.Engine.MicroSteps;

/// <summary>Unmounts what was deployed.</summary>
internal sealed class UmountDeployPart() : CommandStep<StepContext>(FaultCodes.Disk)
{
    private const int NotMounted = 32; // umount(8)

    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context) =>
        [Program(context, "umount", "-l", NodePaths.ExtractionDirectory)];

    /// <inheritdoc/>
    protected override bool IsSuccess(NodeCommand command, CommandResult result) => result.ExitStatus is 0 or NotMounted;
}
