namespace Kadeploy.Engine.MicroSteps;

/// <summary>Unpacks an image that the broadcast left as a file.</summary>
internal sealed class DecompressEnvironment() : CommandStep<DeploymentContext>(FaultCodes.Broadcast)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(DeploymentContext context)
    {
        var image = context.Request.Environment.Image;
        var command = ImageWriter.Command(image, context.Target.Device, NodePaths.ImageFile(image));
        return [Program(context, command[0], command.AsSpan()[1..])];
    }
}
