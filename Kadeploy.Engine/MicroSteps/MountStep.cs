namespace Kadeploy.Engine.MicroSteps;

/// <summary>Mounts a device on a directory, which is made when it is not there.</summary>
internal abstract class MountStep() : CommandStep(FaultCodes.Disk)
{
    /// <summary>Says what is mounted where.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The device and the directory.</returns>
    protected abstract (string Device, string Directory) Target(StepContext context);

    /// <inheritdoc/>
    protected sealed override IEnumerable<NodeCommand> Commands(StepContext context)
    {
        var (device, directory) = Target(context);
        var command = Program(context, "mount", "-o", "X-mount.mkdir", device, directory);

        // The message that says "already mounted" is looked for below: it must come in English.
        return [command with { Environment = command.Environment.Add("LC_ALL", "C") }];
    }

    /// <inheritdoc/>
    protected sealed override bool IsSuccess(NodeCommand command, CommandResult result) =>
        base.IsSuccess(command, result)
        || result.LastLines.Any(line => line.TrimEnd().TrimEnd('.').EndsWith(
            $"{command.Arguments[^2]} already mounted on {command.Arguments[^1]}", StringComparison.Ordinal));
}
