using System.Globalization;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Installs a boot loader on the disk.</summary>
internal sealed class InstallBootloader() : CommandStep(FaultCodes.Bootloader)
{
    /// <inheritdoc/>
    protected override IEnumerable<NodeCommand> Commands(StepContext context)
    {
        var target = DeployTarget.Of(context);
        string[] partition = target.Partition is { } number ? [number.ToString(CultureInfo.InvariantCulture)] : [];
        return [Script(context, NodePrograms.InstallBootloader, [target.Disk, .. partition])];
    }
}
