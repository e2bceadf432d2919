using System.Collections.Frozen;
using Kadeploy.Engine.Time;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>How long things take in a simulated cluster.</summary>
/// <remarks>Every duration is drawn from the seed, the node and the attempt, so it does not matter in which order, or how often, it is asked for.
/// What one attempt does takes its time once, with whichever call comes first.</remarks>
internal sealed class Latencies
{
    /// <summary>How much longer than others a node takes that <see cref="FaultKind.AnswersLate"/>.</summary>
    private const double LateFactor = 3;

    /// <summary>The share of a default limit that such a node takes at most, so that it is late, but not too late.</summary>
    private const double LateShareOfLimit = 0.9;

    // 1.5 GB compressed at what 1 Gb/s Ethernet leaves for TCP (117.7 MB/s), less some protocol.
    private const double ImageBytes = 1.5e9;
    private const double BytesPerSecond = 112e6;

    // A block of 1 MiB at that rate: what each further node of a chain adds for all.
    private const double SecondsPerHop = 1 / 112.0;

    // Firmware of mid-size servers; 512 GB and a RAID controller take five to nine minutes, which no default limit fits.
    private static readonly Range Firmware = new(60, 180);

    // DHCP with spanning tree delays, then kernel and initrd over HTTP or TFTP at 2–46 MB/s.
    private static readonly Range NetworkBoot = new(5, 15);

    // The boot menu's timeout and a kernel from the disk.
    private static readonly Range DiskBoot = new(1, 4);

    // Kernel, initrd and services up to the agent's call.
    private static readonly Range KernelAndInit = new(10, 25);

    // An IPMI session over LAN; a Redfish POST on a slow controller.
    private static readonly Range ControllerCall = new(0.2, 1.5);

    // The last blocks reach the disk: a node's own cache and disk decide.
    private static readonly Range BroadcastTail = new(0.2, 2);

    // TCP connections time out, or the chain notices that a link is gone.
    private static readonly Range BroadcastLoss = new(4, 12);

    // Writing a file on the boot server.
    private static readonly Range BootProfile = new(0.005, 0.02);

    // One command on the site's switches, for all nodes.
    private static readonly Range NetworkChange = new(0.5, 2);

    // A system call or two on the node, and the way there and back.
    private static readonly Range ShortCommand = new(0.05, 0.3);

    private static readonly FrozenDictionary<MicroStepName, Range> Commands = new Dictionary<MicroStepName, Range>
    {
        // parted, then udev settles.
        [StepNames.CreatePartitionTable] = new(1, 3),
        // mkfs.ext4 with lazy initialisation on 100 GB to 2 TB.
        [StepNames.FormatDeployPart] = new(2, 8),
        [StepNames.FormatTmpPart] = new(2, 8),
        [StepNames.FormatSwapPart] = new(0.1, 0.5),
        // Kernel and initrd, 50–100 MB.
        [StepNames.SendDeploymentKernel] = new(1, 3),
        // Archives of scripts that edit a few files.
        [StepNames.ManageAdminPreInstall] = new(2, 5),
        [StepNames.ManageAdminPostInstall] = new(2, 5),
        [StepNames.ManageUserPostInstall] = new(2, 5),
        // 4 GB of output from gzip, about 0.3 GB/s.
        [StepNames.DecompressEnvironment] = new(12, 16),
        // grub-install and grub-mkconfig.
        [StepNames.InstallBootloader] = new(1, 4),
        // What the page cache still holds of 4 GB.
        [StepNames.Sync] = new(0.5, 3),
        // Loading kernel and initrd, and stopping services.
        [StepNames.Kexec] = new(1, 3),
    }.ToFrozenDictionary();

    private readonly SimulationOptions _options;

    /// <summary>Draws from a simulated cluster's seed.</summary>
    /// <param name="options">The simulated cluster.</param>
    public Latencies(SimulationOptions options) => _options = options;

    private bool IsZero => _options.Latency == LatencyProfile.None;

    /// <summary>Gives how long an attempt takes that calls a management controller.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="fault">The node's fault plan.</param>
    /// <returns>The duration; zero without latencies.</returns>
    public TimeSpan Controller(AttemptId attempt, FaultPlan fault) =>
        Draw(ControllerCall, Chance(attempt).Add("controller"), fault, StepDefaults.PowerTimeout);

    /// <summary>Gives how long a management controller takes to tell a node's state.</summary>
    /// <param name="node">The node.</param>
    /// <param name="fault">The node's fault plan.</param>
    /// <returns>The duration; zero without latencies.</returns>
    public TimeSpan ControllerQuery(NodeName node, FaultPlan fault) =>
        Draw(ControllerCall, StableHash.Of(_options.Seed).Add(node.Value).Add("query"), fault, StepDefaults.PowerTimeout);

    /// <summary>Gives how long it takes to write a boot profile.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="fault">The node's fault plan.</param>
    /// <returns>The duration; zero without latencies.</returns>
    public TimeSpan Profile(AttemptId attempt, FaultPlan fault) =>
        Draw(BootProfile, Chance(attempt).Add("profile"), fault, StepDefaults.CommandTimeout);

    /// <summary>Gives how long an attempt takes that runs commands on the node.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="fault">The node's fault plan.</param>
    /// <returns>The duration; zero without latencies.</returns>
    public TimeSpan Command(AttemptId attempt, FaultPlan fault) =>
        Draw(Commands.GetValueOrDefault(attempt.Step.MicroStep, ShortCommand), Chance(attempt).Add("command"), fault, StepDefaults.CommandTimeout);

    /// <summary>Gives how long it takes to move nodes into a network.</summary>
    /// <param name="vlan">The network.</param>
    /// <returns>The duration; zero without latencies.</returns>
    public TimeSpan Network(string vlan) =>
        Draw(NetworkChange, StableHash.Of(_options.Seed).Add("vlan").Add(vlan), FaultPlan.Healthy, StepDefaults.CommandTimeout);

    /// <summary>Gives how long a boot takes from the moment at which it was ordered to the system's first sign of life.</summary>
    /// <param name="attempt">The attempt that ordered it; all attempts of one run of an instance give the same duration.</param>
    /// <param name="fault">The node's fault plan.</param>
    /// <param name="kexec">Whether there is no firmware in the way.</param>
    /// <param name="overNetwork">Whether kernel and initrd come over the network.</param>
    /// <returns>The duration; zero without latencies.</returns>
    public TimeSpan Boot(AttemptId attempt, FaultPlan fault, bool kexec, bool overNetwork)
    {
        var firmware = kexec ? default : Firmware + (overNetwork ? NetworkBoot : DiskBoot);
        var chance = Chance(attempt with { Step = attempt.Step with { MicroStep = StepNames.WaitReboot }, Attempt = 0 });
        return Draw(firmware + KernelAndInit, chance.Add("boot"), fault, kexec ? StepDefaults.KexecTimeout : StepDefaults.RebootTimeout);
    }

    /// <summary>Gives when a broadcast has reached a node.</summary>
    /// <param name="attempt">The node's attempt.</param>
    /// <param name="fault">The node's fault plan.</param>
    /// <param name="nodes">How many nodes receive together.</param>
    /// <returns>The time from the broadcast's beginning; zero without latencies.</returns>
    public TimeSpan Broadcast(AttemptId attempt, FaultPlan fault, int nodes) => IsZero
        ? TimeSpan.Zero
        : InMilliseconds((ImageBytes / BytesPerSecond) + (nodes * SecondsPerHop))
            + Draw(BroadcastTail, Chance(attempt).Add("tail"), fault, StepDefaults.CommandTimeout);

    /// <summary>Gives when a broadcast has noticed that it does not reach a node.</summary>
    /// <param name="attempt">The node's attempt.</param>
    /// <returns>The time from the broadcast's beginning; zero without latencies.</returns>
    public TimeSpan Loss(AttemptId attempt) =>
        Draw(BroadcastLoss, Chance(attempt).Add("loss"), FaultPlan.Healthy, StepDefaults.BroadcastTimeout);

    private StableHash Chance(AttemptId attempt) => StableHash.Of(_options.Seed).Add(attempt.Node.Value)
        .Add((int)attempt.Step.MacroStep).Add(attempt.Step.Instance.Value).Add(attempt.Step.MicroStep.Value)
        .Add(attempt.InstanceAttempt).Add(attempt.Attempt);

    private TimeSpan Draw(Range range, StableHash chance, FaultPlan fault, TimeoutExpression limit)
    {
        if (IsZero) return TimeSpan.Zero;
        var seconds = range.From + ((range.To - range.From) * chance.ToFraction());
        if (fault.Kind != FaultKind.AnswersLate) return InMilliseconds(seconds);
        var most = limit.Evaluate(1) is { } longest ? longest.TotalSeconds * LateShareOfLimit : double.MaxValue;
        return InMilliseconds(Math.Min(seconds * LateFactor, most));
    }

    // Timers know nothing smaller, and what is foretold shall be what happens.
    private static TimeSpan InMilliseconds(double seconds) => TimeSpan.FromMilliseconds(Math.Round(seconds * 1000));

    private readonly record struct Range(double From, double To)
    {
        public static Range operator +(Range left, Range right) => new(left.From + right.From, left.To + right.To);
    }
}
