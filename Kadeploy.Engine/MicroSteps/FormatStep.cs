namespace Kadeploy.Engine.MicroSteps;

/// <summary>Makes a file system.</summary>
internal abstract class FormatStep() : CommandStep<DeploymentContext>(FaultCodes.Disk)
{
    /// <summary>Says what is made where.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>The type of the file system and the device.</returns>
    protected abstract (string Type, string Device) Target(DeploymentContext context);

    /// <summary>Says whether an earlier attempt may have left it mounted where images are unpacked.</summary>
    /// <param name="context">The node's step.</param>
    /// <returns>Whether it is unmounted first.</returns>
    protected virtual bool MayBeMounted(DeploymentContext context) => false;

    /// <inheritdoc/>
    protected sealed override IEnumerable<NodeCommand> Commands(DeploymentContext context)
    {
        var (type, device) = Target(context);

        // By its place: where else it is mounted, it is in use, and mkfs refuses it.
        if (MayBeMounted(context)) yield return Program(context, "umount", "-l", NodePaths.ExtractionDirectory);
        var configured = context.Cluster.FormatOptions.GetValueOrDefault(type, []);
        yield return Program(context, $"mkfs.{type}", [.. Options(type), .. configured, device]);
    }

    /// <inheritdoc/>
    protected sealed override bool IsSuccess(NodeCommand command, CommandResult result) =>
        command.Program == "umount" || base.IsSuccess(command, result);

    // Without words, over whatever is there; what the kernel can do later in the background is left to it.
    private static string[] Options(string type) => type switch
    {
        "ext2" => ["-q", "-F", "-E", "lazy_itable_init=1"],
        "ext3" or "ext4" => ["-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1"],
        "xfs" or "btrfs" => ["-q", "-f"],
        _ => [],
    };
}
