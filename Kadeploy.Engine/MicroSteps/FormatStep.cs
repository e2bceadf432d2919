namespace Kadeploy.Engine.MicroSteps;

/// <summary>Makes a file system.</summary>
internal abstract class FormatStep() : CommandStep(FaultCodes.Disk)
{
    /// <summary>Says what is made where.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The type of the file system and the device.</returns>
    protected abstract (string Type, string Device) Target(StepContext context);

    /// <inheritdoc/>
    protected sealed override IEnumerable<NodeCommand> Commands(StepContext context)
    {
        var (type, device) = Target(context);

        // An earlier run of the instance may have mounted it: the production system, for one, is not rebooted in between.
        if (context.Attempt.InstanceAttempt > 1) yield return Program(context, "umount", "-l", device);
        string[] options = type is "xfs" or "btrfs" ? ["-f"] : []; // these two refuse to overwrite another file system
        yield return Program(context, "mkfs", ["-t", type, .. options, device]);
    }

    /// <inheritdoc/>
    protected sealed override bool IsSuccess(NodeCommand command, CommandResult result) =>
        command.Program == "umount" || base.IsSuccess(command, result);
}
