using System.Collections.Immutable;

namespace Kadeploy;

/// <summary>Describes nodes that are alike: the same disk layout, boot settings and workflow.</summary>
public sealed record Cluster
{
    /// <summary>Gets the cluster's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the nodes' kind of processor, such as <c>x86_64</c> or <c>aarch64</c>.</summary>
    /// <value>Null when nothing is said; then every environment may be deployed on them.</value>
    public string? Architecture { get; init; }

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

    /// <summary>Gets the rule that finds the disk on each node.</summary>
    /// <value>Null when <see cref="BlockDevice"/> is the disk itself; otherwise the disk that the rule finds takes its place.</value>
    public DiskRule? DiskRule { get; init; }

    /// <summary>Gets how the disk is partitioned.</summary>
    /// <value>Null when <see cref="PartitionScript"/> does it.</value>
    public PartitionTable? PartitionTable { get; init; }

    /// <summary>Gets the script that partitions the disk, which finds Kadeploy's variables in its environment.</summary>
    /// <value>Null when <see cref="PartitionTable"/> says how. When both are null, disks cannot be partitioned.</value>
    public Uri? PartitionScript { get; init; }

    /// <summary>Gets the boot loader that is installed on the disk.</summary>
    /// <value>Not used when <see cref="BootloaderScript"/> is given; the default is <see cref="BootloaderChoice.Automatic"/>.</value>
    public BootloaderChoice Bootloader { get; init; }

    /// <summary>Gets the script that installs the boot loader: arguments disk and partition number, and Kadeploy's variables.</summary>
    /// <value>Null for the built-in one.</value>
    public Uri? BootloaderScript { get; init; }

    /// <summary>Gets the options of <c>mkfs</c> by type of file system.</summary>
    /// <value>The default is none.</value>
    public ImmutableDictionary<string, ImmutableArray<string>> FormatOptions { get; init; } = ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Gets the administrator's archives that prepare disks, in their order.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<InstallScript> AdminPreinstalls { get; init; } = [];

    /// <summary>Gets the administrator's archives that run on what was deployed, in their order.</summary>
    /// <value>The default is none.</value>
    public ImmutableArray<InstallScript> AdminPostinstalls { get; init; } = [];

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
