using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Drivers.NetBoot;

/// <summary>Boots deployed systems by a kernel that comes over the network: their disks need no boot loader.</summary>
/// <param name="profiles">What writes profiles.</param>
/// <param name="kernels">What takes kernels out of images.</param>
/// <param name="environment">What is deployed.</param>
/// <param name="cluster">On what.</param>
internal sealed class DeployedKernelBoot(ProfileNetBoot profiles, DeployedKernels kernels, KaEnvironment environment, Cluster cluster) : INetBoot
{
    /// <inheritdoc/>
    public string Missing => "";

    /// <inheritdoc/>
    public async Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken)
    {
        if (entry is not BootEntry.LocalDisk disk)
        {
            await profiles.PrepareAsync(node, entry, attempt, cancellationToken).ConfigureAwait(false);
            return;
        }

        var kernel = await kernels.TakeAsync(environment, node.Name, cancellationToken).ConfigureAwait(false);
        var parameters = ScriptVariables.KernelParameters(environment, cluster);
        if (!parameters.Split(' ').Any(static each => each.StartsWith("root=", StringComparison.Ordinal)))
            parameters = $"root={(disk.Partition is { } number ? DeployTarget.PartitionDevice(disk.BlockDevice, number) : disk.BlockDevice)} {parameters}".TrimEnd();
        await profiles.PrepareKernelAsync(node, kernel with { Parameters = parameters }, cancellationToken).ConfigureAwait(false);
        kernels.Forget(node.Name, kernel);
    }

    /// <inheritdoc/>
    public Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken) =>
        profiles.DescribeDeploymentAsync(node, attempt, cancellationToken);
}
