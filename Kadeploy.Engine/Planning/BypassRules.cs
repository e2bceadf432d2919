using System.Collections.Immutable;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>The table of micro-steps that are left out, and when.</summary>
internal static class BypassRules
{
    /// <summary>Gets the rules; where several apply to a step, the first one's reason is told.</summary>
    public static ImmutableArray<BypassRule> All { get; } =
    [
        new("whole-disk", "the image fills the whole disk",
            Steps(nameof(CreatePartitionTable), nameof(FormatDeployPart), nameof(FormatTmpPart), nameof(FormatSwapPart)),
            static it => it.Target.Partition is null),

        new("broadcast-decompresses", "the broadcast unpacks the image", Steps(nameof(DecompressEnvironment)),
            static it => IsUnpackedOnArrival(it.Image, it.Cluster, it.Instance.Name)),

        new("image-brings-file-system", "the image brings its own file system", Steps(nameof(FormatDeployPart)),
            static it => it.Image.Kind is ImageKind.Dd or ImageKind.Fsa),
        new("image-not-yet-written", "the image brings its own file system and is not written yet", Steps(nameof(MountDeployPart)),
            static it => it.Image.Kind is ImageKind.Dd or ImageKind.Fsa) { Only = MacroStep.SetDeploymentEnv },
        new("already-mounted", "the partition was mounted before the image was unpacked on it", Steps(nameof(MountDeployPart)),
            static it => it.Image.Kind == ImageKind.Tar) { Only = MacroStep.BroadcastEnv },

        new("file-system-unsupported", "the deployment environment cannot mount the environment's file system",
            Steps(
                nameof(MountDeployPart), nameof(UmountDeployPart), nameof(ManageAdminPostInstall), nameof(ManageUserPostInstall),
                nameof(CheckKernelFiles), nameof(SendKey), nameof(WriteMarker), nameof(InstallBootloader)),
            static it => !it.FileSystemSupported),
        new("multipart", "the image fills several partitions", Steps(nameof(FormatTmpPart), nameof(FormatSwapPart)),
            static it => it.Request.Environment.Multipart),
        new("no-key", "no public key was given", Steps(nameof(SendKeyInDeployEnv), nameof(SendKey)),
            static it => it.Request.AuthorizedKeys is null),
        new("partitioning-disabled", "the partition table is to be left alone", Steps(nameof(CreatePartitionTable)),
            static it => it.Request.DisableDiskPartitioning),
        new("no-reformat", "nobody asked for a new partition for temporary files", Steps(nameof(FormatTmpPart)),
            static it => it.Request.ReformatTemporary is null),
        new("no-swap", "the cluster has no swap partition, or the environment is not Linux", Steps(nameof(FormatSwapPart)),
            static it => it.Cluster.SwapPartition is null || it.Request.Environment.OperatingSystem != OperatingSystemKind.Linux),
        new("no-bootloader", "no boot loader is wanted on the disk, or it comes over the network", Steps(nameof(InstallBootloader)),
            static it => it.Cluster.BootsDiskOverNetwork || it.Request.DisableBootloaderInstall),
        new("whole-disk-boots-itself", "the image fills the whole disk and brings its own boot loader", Steps(nameof(InstallBootloader)),
            static it => it.Target.Partition is null && it.Cluster.BootloaderScript is null),
        new("no-preinstall", "neither the environment nor the administrator has a pre-install", Steps(nameof(ManageAdminPreInstall)),
            static it => it.Request.Environment.Preinstall is null && it.Cluster.AdminPreinstalls.IsDefaultOrEmpty),
        new("no-admin-postinstall", "the administrator has no post-install", Steps(nameof(ManageAdminPostInstall)),
            static it => it.Cluster.AdminPostinstalls.IsDefaultOrEmpty),
        new("no-user-postinstall", "the environment has no post-install", Steps(nameof(ManageUserPostInstall)),
            static it => it.Request.Environment.Postinstalls.IsEmpty),
        new("no-vlan", "no network was asked for", Steps(nameof(SetVlan)), static it => it.Request.Vlan is null),
        new("deploys-on-swap", "the environment goes on the swap partition", Steps(nameof(FormatSwapPart)),
            static it => it.Target.Partition is { } number && number == it.Cluster.SwapPartition),
        new("deploys-on-temporary", "the environment goes on the partition for temporary files", Steps(nameof(FormatTmpPart)),
            static it => it.Target.Partition is { } number && number == it.Cluster.TemporaryPartition),
        new("no-kernel", "the environment names no kernel", Steps(nameof(CheckKernelFiles)),
            static it => it.Request.Environment.Boot.Kernel is null),
    ];

    /// <summary>Gets the instance that runs the site's own tool.</summary>
    public static InstanceName Custom => new("BroadcastEnvCustom");

    /// <summary>Says whether an image is unpacked while it arrives.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="instance">The instance that brings it.</param>
    /// <returns>False for an archive of fsarchiver, and where a custom broadcast leaves the image as a file.</returns>
    public static bool IsUnpackedOnArrival(ImageReference image, Cluster cluster, InstanceName instance) =>
        image.Kind != ImageKind.Fsa && (cluster.BroadcastDecompresses || instance != Custom);

    /// <summary>Says why a micro-step is left out.</summary>
    /// <param name="step">The micro-step.</param>
    /// <param name="case">What decides.</param>
    /// <returns>The reason, or null when the step is needed.</returns>
    public static string? Reason(MicroStepName step, BypassCase @case) => All.FirstOrDefault(rule =>
        rule.Steps.Contains(step) && (rule.Only is null || rule.Only == @case.Instance.MacroStep) && rule.Applies(@case))?.Reason;

    private static ImmutableArray<MicroStepName> Steps(params ReadOnlySpan<string> names)
    {
        var steps = ImmutableArray.CreateBuilder<MicroStepName>(names.Length);
        foreach (var name in names) steps.Add(new(name));
        return steps.ToImmutable();
    }
}
