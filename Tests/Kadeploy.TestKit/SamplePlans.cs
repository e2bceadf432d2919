using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Kadeploy.TestKit;

/// <summary>Plans for tests that need one but do not care how it came about.</summary>
public static class SamplePlans
{
    /// <summary>The time at which sample plans were made.</summary>
    public static readonly DateTimeOffset PlannedAt = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Makes a plan of three micro-steps for one cluster.</summary>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="first">The number of the first node, which is called <c>node-</c> and that number.</param>
    /// <param name="plannedAt">When it was planned; <see cref="PlannedAt"/> when null.</param>
    /// <param name="simulated">Whether the nodes are simulated.</param>
    /// <returns>A plan with a new identifier.</returns>
    public static OperationPlan Small(int nodes, int first = 1, DateTimeOffset? plannedAt = null, bool simulated = false)
    {
        var names = Enumerable.Range(first, nodes).Select(Name).ToImmutableArray();
        return new()
        {
            Operation = OperationId.Create(OperationKind.Deployment, plannedAt ?? PlannedAt),
            Kind = OperationKind.Deployment,
            User = "ada",
            PlannedAt = plannedAt ?? PlannedAt,
            Request = new DeploymentRequest { Nodes = names, User = "ada", Environment = Environment() },
            Clusters =
            [
                new()
                {
                    Cluster = new() { Name = "sample" },
                    Nodes = [.. names.Select(static name => new Node { Name = name, Cluster = "sample" })],
                    MacroSteps =
                    [
                        MacroStep(Kadeploy.MacroStep.SetDeploymentEnv, "SetDeploymentEnvUntrusted", 0, "SwitchPxe", "Reboot"),
                        MacroStep(Kadeploy.MacroStep.BroadcastEnv, "BroadcastEnvChain", 2, "SendEnvironment"),
                    ],
                },
            ],
            Simulation = simulated ? new() : null,
        };
    }

    /// <summary>Makes requests of each kind in which nothing is null, empty or left at its default.</summary>
    /// <returns>The requests.</returns>
    public static IReadOnlyList<OperationRequest> FullRequests() =>
    [
        Full().Request,
        new RebootRequest
        {
            Nodes = [Name(1)],
            User = "grace",
            Into = RebootKind.RecordedEnv,
            Level = PowerLevel.VeryHard,
            Profile = new("#!ipxe\nboot NODE_SINGULARITY")
            {
                Singularities = ImmutableDictionary<NodeName, string>.Empty.Add(Name(1), "one"), Files = [new("file:///boot/kernel")],
            },
            Environment = Environment(),
            BlockDevice = "/dev/sdb",
            Partition = 9,
            AuthorizedKeys = "ssh-ed25519 AAAA grace@example.org",
            Vlan = "vlan-7",
            CheckDestructive = true,
            RebootTimeout = TimeoutExpression.Seconds(300),
            Breakpoint = "Reboot:WaitReboot",
            CustomOperations = [Custom],
        },
        new PowerRequest
        {
            Nodes = [Name(1)], User = "grace", Action = PowerAction.Cycle, Level = PowerLevel.Hard, Breakpoint = "Power", CustomOperations = [Custom],
        },
        new ConsoleRequest { Nodes = [Name(1)], User = "grace", ReadOnly = true, TakeOver = true },
    ];

    /// <summary>Makes a plan in which nothing is null, empty or left at its default.</summary>
    /// <returns>The plan.</returns>
    public static OperationPlan Full()
    {
        var custom = Custom;
        InstanceChoice instance = new(new("SetDeploymentEnvKexec"), 2, TimeoutExpression.Parse("200 + 150 * log(n)"))
        {
            Raisable = false,
            Breakpoint = true,
            MicroSteps = [new(new("Reboot"), 4, TimeoutExpression.Seconds(90), true)],
        };
        Cluster cluster = new()
        {
            Name = "graphene",
            Architecture = "x86_64",
            BlockDevice = "/dev/nvme0n1",
            DeployPartition = 4,
            SwapPartition = 6,
            TemporaryPartition = 7,
            ProductionPartition = 8,
            SupportedFileSystems = ["ext4", "xfs"],
            KernelParameters = "console=ttyS0,115200",
            RebootTimeout = TimeoutExpression.Seconds(500),
            KexecTimeout = TimeoutExpression.Seconds(50),
            DiskRule = new() { Serial = "S1", Wwn = "0x5", Model = "Disk*", AtLeast = 1, AtMost = 2, Smallest = true },
            PartitionTable = new(PartitionScheme.Mbr, [new(1, PartitionKind.Swap, 1048576), new(4, PartitionKind.Linux, 2097152)]),
            PartitionScript = new("file:///srv/partition.sh"),
            Bootloader = BootloaderChoice.Extlinux,
            BootloaderScript = new("file:///srv/bootloader.sh"),
            FormatOptions = System.Collections.Immutable.ImmutableDictionary<string, System.Collections.Immutable.ImmutableArray<string>>.Empty.Add("ext4", ["-O", "^64bit"]),
            AdminPreinstalls = [new(new("file:///srv/pre.tgz"), ImageCompression.Gzip, "go", new('d', 64))],
            AdminPostinstalls = [new(new("file:///srv/post.tgz"), ImageCompression.Zstd, "finish", new('e', 64))],
            BootsDiskOverNetwork = true,
            BroadcastDecompresses = false,
            Workflow = [new(Kadeploy.MacroStep.SetDeploymentEnv, [instance])],
            CustomOperations = [custom],
        };
        StepReference step = new(0, "graphene", Kadeploy.MacroStep.BootNewEnv, new("BootNewEnvKexec"), new("custom_sub_mount-home"));
        return new()
        {
            Operation = OperationId.Create(OperationKind.Deployment, PlannedAt),
            Kind = OperationKind.Deployment,
            User = "grace",
            PlannedAt = PlannedAt.AddTicks(1234567),
            Request = new DeploymentRequest
            {
                Nodes = [Name(1)],
                Environment = Environment(),
                User = "grace",
                BlockDevice = "/dev/sdb",
                Partition = 9,
                ReformatTemporary = "ext4",
                AuthorizedKeys = "ssh-ed25519 AAAA grace@example.org",
                Vlan = "vlan-7",
                DisableKexec = true,
                DisableBootloaderInstall = true,
                DisableDiskPartitioning = true,
                RebootTimeout = TimeoutExpression.Seconds(300),
                KexecTimeout = TimeoutExpression.Seconds(30),
                ForceSteps = "SetDeploymentEnv|SetDeploymentEnvKexec:1:200",
                Breakpoint = "BroadcastEnv:SendEnvironment",
                CustomOperations = [custom],
            },
            Clusters =
            [
                new()
                {
                    Cluster = cluster,
                    VlanAddresses = ImmutableDictionary<NodeName, IPAddress>.Empty.Add(Name(1), IPAddress.Parse("10.7.0.1")),
                    Nodes =
                    [
                        new()
                        {
                            Name = Name(1),
                            Cluster = "graphene",
                            Address = IPAddress.Parse("2001:db8::1"),
                            MacAddresses = [MacAddress.Parse("52:54:00:12:34:56")],
                            DiskRule = new() { Serial = "S2", Wwn = "0x6", Model = "Other*", AtLeast = 3, AtMost = 4, Smallest = true },
                            Tags = ["rack=r7"],
                        },
                    ],
                    MacroSteps =
                    [
                        new(Kadeploy.MacroStep.BootNewEnv,
                        [
                            new()
                            {
                                Name = step.Instance,
                                Retries = 2,
                                Timeout = TimeoutExpression.Parse("600 + n"),
                                Breakpoint = true,
                                Bypassed = [new(new("InstallBootloader"), "it was switched off")],
                                MicroSteps =
                                [
                                    new()
                                    {
                                        Step = step,
                                        Variant = "local",
                                        Scope = StepScope.Set,
                                        Retries = 1,
                                        Timeout = TimeoutExpression.Seconds(60),
                                        Repeatable = true,
                                        Resources = [ThrottledResource.BmcCalls, ThrottledResource.BootsInFlight],
                                        Breakpoint = true,
                                        Custom = custom,
                                    },
                                ],
                            },
                        ]),
                    ],
                },
            ],
            Simulation = new()
            {
                Seed = 42, Latency = LatencyProfile.Realistic, FaultRate = 0.05, Faults = [FaultKind.HangsAtStep, FaultKind.Flaps],
            },
        };
    }

    /// <summary>Gives the name of a sample node.</summary>
    /// <param name="number">Its number.</param>
    /// <returns>For example <c>node-1</c>.</returns>
    public static NodeName Name(int number) => NodeName.Parse(string.Create(CultureInfo.InvariantCulture, $"node-{number}"));

    private static CustomOperation Custom => new()
    {
        Name = "mount-home",
        Target = "SetDeploymentEnv",
        MicroStep = new("Reboot"),
        Placement = CustomPlacement.Instead,
        Action = CustomAction.Run,
        Arguments = ["--verbose", "/home \"ü\""],
        File = new("https://files.example.org/mount.sh"),
        Retries = 3,
        Timeout = TimeoutExpression.Parse("10 + n"),
        Override = true,
    };

    private static KaEnvironment Environment() => new()
    {
        Name = "debian13",
        Version = 2,
        User = "ada",
        Visibility = Visibility.Public,
        OperatingSystem = OperatingSystemKind.Xen,
        Revision = 3,
        Alias = "deb13",
        Architecture = "x86_64",
        Description = "Debian",
        Author = "ada",
        Destructive = true,
        Image = new(new("file:///images/debian13.tar.zst"), ImageKind.Fsa, ImageCompression.Zstd, new('a', 64)) { FsaLevel = 4 },
        FileSystem = "ext4",
        Boot = new()
        {
            Kernel = "/vmlinuz", Initrd = "/initrd.img", KernelParameters = "quiet", Hypervisor = "/xen.gz", HypervisorParameters = "dom0_mem=1G", BlockDevice = "/dev/sda", Partition = 2,
            Architectures = [new("aarch64", "/vmlinuz-arm64", "/initrd-arm64.img", "console=ttyAMA0")],
        },
        Preinstall = new(new("file:///images/pre.tgz"), ImageCompression.Gzip, "pre.sh", new('b', 64)),
        Postinstalls = [new(new("file:///images/post.tgz"), ImageCompression.Bzip2, "post.sh", new('c', 64))],
        PartitionType = 0x83,
        Multipart = true,
        Partitions = [new(0, "/dev/sda1")],
    };

    private static MacroStepPlan MacroStep(MacroStep macroStep, string instance, int firstOrdinal, params string[] microSteps) => new(
        macroStep,
        [
            new()
            {
                Name = new(instance),
                MicroSteps =
                [
                    .. microSteps.Select((name, i) => new MicroStepPlan
                    {
                        Step = new(firstOrdinal + i, "sample", macroStep, new(instance), new(name)),
                        Timeout = TimeoutExpression.Seconds(60),
                    }),
                ],
            },
        ]);
}
