using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks whether a request fits a cluster.</summary>
internal static class ClusterCheck
{
    /// <summary>Checks the disk layout and the file systems.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="plan">What will be done on it.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(DeploymentRequest request, Cluster cluster, ClusterPlan plan, Problems problems)
    {
        CheckPartitions(cluster, problems);
        CheckFileSystems(request, cluster, problems);
        if (Uses(plan, nameof(CreatePartitionTable))) CheckTable(request, cluster, problems);
        if (request.Environment.Image.Kind == ImageKind.Fsa && Uses(plan, nameof(DecompressEnvironment)) && !UsesOnlyCustom(plan))
            problems.Add(
                "an image of kind fsa needs the program fsarchiver, which the deployment environment of 'kadeploy miniroot' does not have; make the image of "
                + "kind tar or dd, or use BroadcastEnvCustom with a deployment environment of your own that has it");
        if (Uses(plan, nameof(MountTmpPart)) && cluster.TemporaryPartition is null)
            problems.Add(
                $"cluster {cluster.Name} has no partition for temporary files, which BroadcastEnvBittorrent needs; use another instance");
        if (Uses(plan, nameof(CheckNodes)) && cluster.ProductionPartition is null)
            problems.Add(
                $"cluster {cluster.Name} has no production partition, from which SetDeploymentEnvProd deploys; use another instance");
    }

    private static void CheckPartitions(Cluster cluster, Problems problems)
    {
        (string Role, int? Number)[] partitions =
        [
            ("deployment", cluster.DeployPartition), ("swap", cluster.SwapPartition),
            ("production", cluster.ProductionPartition), ("temporary", cluster.TemporaryPartition),
        ];
        foreach (var (role, number) in partitions)
            if (number is < 1 or > PlanLimits.Partition)
                problems.Add($"cluster {cluster.Name}: the {role} partition is {number}; it is a number from 1 to {PlanLimits.Partition}");
    }

    private static void CheckTable(DeploymentRequest request, Cluster cluster, Problems problems)
    {
        if (cluster.PartitionScript is not null) return;
        if (cluster.PartitionTable is not { } table)
        {
            problems.Add(
                $"cluster {cluster.Name} does not say how its disks are partitioned; write partitioning.layout or partitioning.script in its file, "
                + "or keep the partitions that are there with --disable-disk-partitioning");
            return;
        }

        (string Role, int? Number)[] needed =
        [
            ("deployment", DeployTarget.Of(request, cluster).Partition), ("swap", cluster.SwapPartition),
            ("temporary", request.ReformatTemporary is null ? null : cluster.TemporaryPartition),
        ];
        foreach (var (role, number) in needed)
            if (number is >= 1 and <= PlanLimits.Partition && table.Partitions.All(entry => entry.Number != number))
                problems.Add(
                    $"cluster {cluster.Name}: the {role} partition is {number}, which its partition table does not have; it has "
                    + string.Join(", ", table.Partitions.Select(static entry => entry.Number)));
    }

    private static bool UsesOnlyCustom(ClusterPlan plan) => plan.MacroSteps
        .Where(static macroStep => macroStep.MacroStep == MacroStep.BroadcastEnv).SelectMany(static macroStep => macroStep.Instances)
        .All(static instance => instance.Name == new InstanceName("BroadcastEnvCustom"));

    private static void CheckFileSystems(DeploymentRequest request, Cluster cluster, Problems problems)
    {
        var supported = $"supported are {string.Join(", ", cluster.SupportedFileSystems)}";
        if (request.Environment is { FileSystem: { } type, Image.Kind: ImageKind.Tar } && !cluster.SupportedFileSystems.Contains(type))
            problems.Add(
                $"cluster {cluster.Name} cannot mount the file system '{Quoted.Text(type)}' of environment "
                + $"'{Quoted.Text(request.Environment.Name)}', so its files cannot be unpacked there; {supported}");
        if (request.ReformatTemporary is not { } temporary) return;
        if (!cluster.SupportedFileSystems.Contains(temporary))
            problems.Add(
                $"cluster {cluster.Name} cannot mount the file system '{Quoted.Text(temporary)}' for temporary files; {supported}");
        if (cluster.TemporaryPartition is null)
            problems.Add($"cluster {cluster.Name} has no partition for temporary files that could be made anew");
    }

    private static bool Uses(ClusterPlan plan, string step) => plan.MacroSteps
        .SelectMany(static macroStep => macroStep.Instances).SelectMany(static instance => instance.MicroSteps)
        .Any(microStep => microStep.Step.MicroStep == new MicroStepName(step));
}
