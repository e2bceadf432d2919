using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>One simulated machine: its power, what runs on it, its disk and its boot profile.</summary>
/// <remarks>Changed by <see cref="Apply"/> alone, live and when the world's file is read again, so that both end in the same state. Users
/// lock the node.</remarks>
internal sealed class SimulatedNode
{
    // Most attempts run one command; few nodes are ever asked again.
    private List<string>? _commands;
    private AttemptKey _commandsOf;
    private AttemptKey _lastFlap;
    private int _flaps;

    /// <summary>Switches a machine on for the first time: its old system runs.</summary>
    /// <param name="node">The node.</param>
    /// <param name="cluster">Its cluster.</param>
    /// <param name="layout">What its disk needs before it boots.</param>
    /// <param name="fault">What the seed has decreed.</param>
    public SimulatedNode(Node node, Cluster cluster, DiskRequirements layout, FaultPlan fault) =>
        (Name, Cluster, Requirements, Fault) = (node.Name, cluster, layout, fault);

    public NodeName Name { get; }

    public Cluster Cluster { get; }

    public DiskRequirements Requirements { get; }

    public FaultPlan Fault { get; }

    /// <summary>Gets what runs.</summary>
    public RunState State { get; private set; } = RunState.OldSystem;

    /// <summary>Gets how often the machine has been booted: with the name, what its boot identifiers are made of.</summary>
    public int Boots { get; private set; }

    /// <summary>Gets where the boot that is under way leads.</summary>
    public BootTarget Target { get; private set; }

    /// <summary>Gets how long the boot that is under way takes in all.</summary>
    public TimeSpan BootDuration { get; private set; }

    public DiskState Disk { get; private set; }

    /// <summary>Gets a value indicating whether the next boot is that of the deployment environment.</summary>
    public bool NetworkBoot { get; private set; }

    public string? ImageDigest { get; private set; }

    public string? Device { get; private set; }

    public OperationId? Marker { get; private set; }

    public string Vlan { get; private set; } = "DEFAULT";

    /// <summary>Gets or sets the attempt whose time has been taken.</summary>
    public AttemptKey Charged { get; set; }

    /// <summary>Gets or sets the timer of the boot that is under way.</summary>
    public ITimer? BootTimer { get; set; }

    /// <summary>Gets those who wait for a system to come up.</summary>
    public List<BootWaiter> Waiters { get; } = new(0);

    /// <summary>Gets a value indicating whether the agent of a deployment environment takes commands.</summary>
    public bool TakesCommands => State == RunState.Deployment || (State == RunState.OldSystem && Disk.HasFlag(DiskState.ProductionInUse));

    /// <summary>Gets a value indicating whether an image is there and has all that the plan gives it.</summary>
    public bool CanBootImage => ImageDigest is not null && Has(Requirements.BeforeBoot);

    /// <summary>Says whether the disk has come as far.</summary>
    /// <param name="needed">What is needed.</param>
    /// <returns>Whether all of it is there.</returns>
    public bool Has(DiskState needed) => (Disk & needed) == needed;

    /// <summary>Gives the system that answers.</summary>
    /// <returns>The system, or null when none does.</returns>
    public RunningSystem? Identify() => State switch
    {
        RunState.Deployment => new(SystemKind.DeploymentEnvironment, BootId()),
        RunState.OldSystem => new(SystemKind.Installed, BootId()) { RootDevice = OldRoot() },
        RunState.NewSystem => new(SystemKind.Installed, BootId()) { RootDevice = Device, DeployedBy = Marker },
        _ => null,
    };

    /// <summary>Says whether the node knows a command because it ran it before.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="hash">Tells the commands of one attempt apart.</param>
    /// <returns>Whether it ran since the last boot.</returns>
    public bool Knows(AttemptKey attempt, string hash) => _commandsOf == attempt && _commands is not null && _commands.Contains(hash);

    /// <summary>Says whether an attempt fails as the seed decreed.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <returns>Whether it fails, and whether that is new and must be remembered.</returns>
    public (bool Fails, bool IsNew) Flaps(AttemptId attempt)
    {
        if (!Fault.Concerns(FaultKind.Flaps, attempt.Step)) return default;
        if (_flaps > 0 && _lastFlap == AttemptKey.Of(attempt)) return (true, false);
        return _flaps < Fault.Failures ? (true, true) : default;
    }

    /// <summary>Changes the machine.</summary>
    /// <param name="entry">What happens to it.</param>
    /// <exception cref="FormatException">The event is not well formed.</exception>
    public void Apply(in WorldEvent entry)
    {
        switch (entry.Kind)
        {
            case WorldEventKind.Profile:
                NetworkBoot = entry.Data == "deployment";
                break;
            case WorldEventKind.Reboot or WorldEventKind.On or WorldEventKind.Kexec:
                GoDown(RunState.Booting);
                (Target, BootDuration) = entry.Boot;
                Boots++;
                break;
            case WorldEventKind.Off:
                GoDown(RunState.Off);
                break;
            case WorldEventKind.Up:
                State = Target switch
                {
                    BootTarget.Deployment => RunState.Deployment,
                    BootTarget.OldSystem => RunState.OldSystem,
                    BootTarget.NewSystem => RunState.NewSystem,
                    _ => throw entry.Malformed(),
                };
                break;
            case WorldEventKind.Run:
                Ran(entry);
                break;
            case WorldEventKind.Receive:
                LoseImage();
                break;
            case WorldEventKind.Image:
                Received(entry);
                break;
            case WorldEventKind.Died:
                GoDown(RunState.Dead);
                break;
            case WorldEventKind.Flap:
                (_flaps, _lastFlap) = (_flaps + 1, entry.Attempt);
                break;
            case WorldEventKind.Production:
                Disk |= DiskState.ProductionInUse | DiskState.Partitioned;
                break;
            case WorldEventKind.Vlan:
                Vlan = Uri.UnescapeDataString(entry.Data);
                break;
            default:
                throw entry.Malformed();
        }
    }

    private void GoDown(RunState state)
    {
        State = state;
        Disk &= ~(DiskState.Mounted | DiskState.KernelSent | DiskState.ProductionInUse);
        _commands = null;
    }

    private void Ran(in WorldEvent entry)
    {
        var (hash, name) = entry.Command;
        if (_commandsOf != entry.Attempt) _commands = null;
        _commandsOf = entry.Attempt;
        (_commands ??= new(1)).Add(hash);
        var step = new MicroStepName(name);
        if (step == StepNames.FindDisk) return; // it looks and writes nothing
        Disk |= DiskState.Touched;
        if (step == StepNames.CreatePartitionTable)
        {
            LoseImage();
            Disk = (Disk & ~(DiskState.Formatted | DiskState.Mounted)) | DiskState.Partitioned;
        }
        else if (step == StepNames.FormatDeployPart)
        {
            LoseImage();
            Disk = (Disk & ~DiskState.Mounted) | DiskState.Formatted;
        }
        else if (step == StepNames.ManageAdminPreInstall)
        {
            Disk |= DiskState.Partitioned | DiskState.Formatted | DiskState.Mounted;
        }
        else if (step == StepNames.MountDeployPart)
        {
            Disk |= DiskState.Mounted;
        }
        else if (step == StepNames.UmountDeployPart)
        {
            Disk = (Disk & ~DiskState.Mounted) | DiskState.Synced;
        }
        else if (step == StepNames.InstallBootloader)
        {
            Disk = (Disk & ~DiskState.Synced) | DiskState.Bootloader;
        }
        else if (step == StepNames.Sync)
        {
            Disk |= DiskState.Synced;
        }
        else if (step == StepNames.SendDeploymentKernel)
        {
            Disk |= DiskState.KernelSent;
        }
    }

    private void Received(in WorldEvent entry)
    {
        if (entry.Data.Split(' ') is not [var digest, var operation, var device] || !OperationId.TryParse(operation, null, out var marker))
            throw entry.Malformed();
        (ImageDigest, Device, Marker) = (digest, Uri.UnescapeDataString(device), marker);
    }

    private void LoseImage()
    {
        (ImageDigest, Device, Marker) = (null, null, null);
        Disk = (Disk & ~(DiskState.Bootloader | DiskState.Synced)) | DiskState.Touched;
    }

    private string BootId() => $"{Name}#{Boots}";

    private string? OldRoot() =>
        Cluster.ProductionPartition is { } partition ? DeployTarget.PartitionDevice(Cluster.BlockDevice, partition) : null;
}

/// <summary>What runs on a simulated machine.</summary>
internal enum RunState
{
    Off,
    Booting,
    Dead,
    Deployment,
    OldSystem,
    NewSystem,
}

/// <summary>How far a simulated disk has come.</summary>
[Flags]
internal enum DiskState
{
    None = 0,
    Partitioned = 1,
    Formatted = 2,
    Mounted = 4,
    Bootloader = 8,

    /// <summary>What was written is on the disk, not just in memory.</summary>
    Synced = 16,

    /// <summary>The deployment kernel for kexec is there.</summary>
    KernelSent = 32,

    /// <summary>Something was written: the old system is gone.</summary>
    Touched = 64,

    /// <summary>The production system serves as deployment environment until it goes down.</summary>
    ProductionInUse = 128,
}

/// <summary>What the plan does to a disk, and what therefore must have been done before the next thing can be.</summary>
/// <param name="BeforeFormat">Before a file system can be made.</param>
/// <param name="BeforeMount">Before it can be mounted.</param>
/// <param name="BeforeImage">Before an image can be received.</param>
/// <param name="BeforeBoot">Before the image can be booted by the firmware.</param>
/// <param name="BeforeKexec">Before the deployment environment can be started by kexec.</param>
internal sealed record DiskRequirements(
    DiskState BeforeFormat, DiskState BeforeMount, DiskState BeforeImage, DiskState BeforeBoot, DiskState BeforeKexec)
{
    /// <summary>Reads them from a plan: what it leaves out is not needed.</summary>
    /// <param name="plan">The plan of a cluster.</param>
    /// <returns>The requirements.</returns>
    public static DiskRequirements Of(ClusterPlan plan)
    {
        var partitioned = Planned(MacroStep.SetDeploymentEnv, StepNames.CreatePartitionTable, DiskState.Partitioned);
        var formatted = Planned(MacroStep.SetDeploymentEnv, StepNames.FormatDeployPart, DiskState.Formatted);
        var mounted = Planned(MacroStep.SetDeploymentEnv, StepNames.MountDeployPart, DiskState.Mounted);
        return new(
            partitioned, partitioned | formatted, partitioned | formatted | mounted,
            Planned(MacroStep.BroadcastEnv, StepNames.InstallBootloader, DiskState.Bootloader)
                | Planned(MacroStep.BroadcastEnv, StepNames.Sync, DiskState.Synced),
            Planned(MacroStep.SetDeploymentEnv, StepNames.SendDeploymentKernel, DiskState.KernelSent));

        DiskState Planned(MacroStep macroStep, MicroStepName step, DiskState state) =>
            plan.MacroSteps.Any(macro => macro.MacroStep == macroStep
                && macro.Instances.Any(instance => instance.MicroSteps.Any(micro => micro.Step.MicroStep == step)))
                ? state
                : DiskState.None;
    }
}
