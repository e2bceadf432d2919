using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kadeploy.Engine.MicroSteps;

/// <summary>Installs a boot loader on the disk.</summary>
internal sealed class InstallBootloader() : CommandStep<DeploymentContext>(FaultCodes.Bootloader)
{
    /// <inheritdoc/>
    protected override async IAsyncEnumerable<NodeCommand> CommandsAsync(
        DeploymentContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var target = context.Target;
        string[] place = target.Partition is { } number ? [target.Disk, number.ToString(CultureInfo.InvariantCulture)] : [target.Disk];
        yield return context.Cluster.BootloaderScript is { } script
            ? Script(context, await FilesForNodes.SendScriptAsync(context, script, cancellationToken).ConfigureAwait(false), place)
            : Script(context, NodePrograms.InstallBootloader, [context.Cluster.Bootloader.ToString().ToLowerInvariant(), .. place]);
    }
}
