using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Describes nodes that are alike: the same disk layout, boot settings and workflow.</summary>
public sealed record Cluster
{
    /// <summary>Gets the cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the disk that is deployed on, as a device path.</summary>
    /// <value>The default is <c>/dev/sda</c>.</value>
    public string BlockDevice { get; init; } = "/dev/sda";

    /// <summary>Gets the number of the partition that receives the environment.</summary>
    /// <value>From 1; the default is 3.</value>
    public int DeployPartition { get; init; } = 3;

    /// <summary>Gets the number of the swap partition.</summary>
    /// <value>Null when there is none; the default is 1.</value>
    public int? SwapPartition { get; init; } = 1;

    /// <summary>Gets the number of the partition for temporary files.</summary>
    /// <value>Null when there is none; the default is 5.</value>
    public int? TemporaryPartition { get; init; } = 5;

    /// <summary>Gets the number of the partition that holds the production environment.</summary>
    /// <value>Null when there is none; the default is 2.</value>
    public int? ProductionPartition { get; init; } = 2;

    /// <summary>Gets the file systems that the deployment environment can mount and post-process.</summary>
    public ImmutableArray<string> SupportedFileSystems { get; init; } = ["ext2", "ext3", "ext4", "vfat"];

    /// <summary>Gets the kernel parameters that precede those of an environment.</summary>
    /// <value>The default is none.</value>
    public string KernelParameters { get; init; } = "";

    /// <summary>Gets the limit of a reboot through the firmware, as an expression of <c>n</c> in seconds.</summary>
    /// <value>The default is <see cref="StepDefaults.RebootTimeout"/>.</value>
    public TimeoutExpression RebootTimeout { get; init; } = StepDefaults.RebootTimeout;

    /// <summary>Gets the limit of a reboot by kexec, as an expression of <c>n</c> in seconds.</summary>
    /// <value>The default is <see cref="StepDefaults.KexecTimeout"/>.</value>
    public TimeoutExpression KexecTimeout { get; init; } = StepDefaults.KexecTimeout;

    /// <summary>Gets a value indicating whether an administrator's pre-install exists.</summary>
    public bool HasAdminPreinstall { get; init; }

    /// <summary>Gets a value indicating whether an administrator's post-install exists.</summary>
    public bool HasAdminPostinstall { get; init; }

    /// <summary>Gets a value indicating whether nodes boot their own disk by a boot loader that comes over the network.</summary>
    /// <value>True makes the step that installs a boot loader on the disk unnecessary; the default is false.</value>
    public bool BootsDiskOverNetwork { get; init; }

    /// <summary>Gets a value indicating whether the broadcast of <c>BroadcastEnvCustom</c> unpacks the image itself.</summary>
    /// <value>False adds the micro-step <c>DecompressEnvironment</c>; the default is true.</value>
    public bool BroadcastDecompresses { get; init; } = true;

    /// <summary>Gets the workflow: the instances of each macro-step, in the order in which they are tried.</summary>
    /// <value>The default is <see cref="StepDefaults.Workflow"/>.</value>
    public ImmutableArray<MacroStepChoice> Workflow { get; init; } = StepDefaults.Workflow;

    /// <summary>Gets the administrator's custom operations.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<CustomOperation> CustomOperations { get; init; } = [];
}
