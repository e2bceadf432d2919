using System.Collections.Frozen;

namespace Kadeploy.Engine.Drivers.Fake;

/// <summary>A world of simulated machines, which the drivers in <see cref="Drivers"/> look at and change.</summary>
/// <remarks>
/// <para>The machines behave: a reset node boots what its profile and its disk say, takes no commands on the way, loses what runs on it, and
/// does not come up from a disk on which a step was left out. The seed decides how long things take and which nodes are broken, and how.</para>
/// <para>With a file the world outlives the engine: each change is written to it before the driver's call returns, and replayed when the
/// world is opened again. A boot that was under way then starts its time again. One file belongs to one operation.</para>
/// <para>Cancellation: what has been written has happened, and nothing else. Safe for use by many threads at once.</para>
/// </remarks>
public sealed class SimulatedCluster : IDisposable
{
    private static readonly string[] BroadcastInstances =
        ["BroadcastEnvUnicast", "BroadcastEnvChain", "BroadcastEnvTree", "BroadcastEnvMulticast", "BroadcastEnvBittorrent", "BroadcastEnvCustom"];

    private readonly Dictionary<NodeName, SimulatedNode> _nodes;
    private readonly TimeProvider _time;
    private readonly WorldFile? _file;
    private volatile bool _closed;

    private SimulatedCluster(SimulationOptions options, OperationPlan plan, string? worldFile, TimeProvider time)
    {
        (Latencies, _time, _nodes) = (new(options), time, new(plan.NodeCount));
        foreach (var cluster in plan.Clusters)
        {
            var layout = DiskRequirements.Of(cluster);
            foreach (var node in cluster.Nodes) _nodes.Add(node.Name, new(node, cluster.Cluster, layout, FaultPlan.For(options, node.Name)));
        }

        if (worldFile is not null) _file = WorldFile.Open(worldFile, Replay);
        var broadcaster = new FakeBroadcaster(this);
        Drivers = new()
        {
            Power = new FakePowerController(this),
            NetBoot = new FakeNetBoot(this),
            Channel = new FakeNodeChannel(this),
            Vlan = new FakeVlanSwitch(this),
            Console = new FakeConsole(),
            Files = new FakeFileSource(),
            Broadcasters = BroadcastInstances.ToFrozenDictionary(static name => new InstanceName(name), IBroadcaster (_) => broadcaster),
        };
        foreach (var node in _nodes.Values)
            if (node.State == RunState.Booting) AwaitBoot(node);
    }

    /// <summary>Gets the drivers that serve this world's nodes.</summary>
    public DriverSet Drivers { get; }

    /// <summary>Gets how long things take.</summary>
    internal Latencies Latencies { get; }

    /// <summary>Opens a world, as it was left or new.</summary>
    /// <param name="options">The simulated cluster.</param>
    /// <param name="plan">The operation for which it is; its nodes are the world's.</param>
    /// <param name="worldFile">The file that keeps the world, made when it is not there; null keeps it in memory.</param>
    /// <param name="time">The clock by which boots and everything else take their time.</param>
    /// <returns>The world; dispose it when no driver call is under way any more.</returns>
    /// <exception cref="StoreException">The file cannot be used, or is not of this operation.</exception>
    public static SimulatedCluster Open(SimulationOptions options, OperationPlan plan, string? worldFile, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(time);
        return new(options, plan, worldFile, time);
    }

    /// <summary>Says whether a file keeps a world; one that an engine has opened does, from then on.</summary>
    /// <param name="worldFile">The file.</param>
    /// <returns>Whether it is there and holds at least its beginning.</returns>
    /// <exception cref="StoreException">The file cannot be read, or is no such file.</exception>
    internal static bool IsKept(string worldFile) => File.Exists(worldFile) && WorldFile.Read(worldFile).Length > 0;

    /// <summary>Closes the file. Boots that are under way stay so, until the world is opened again.</summary>
    public void Dispose()
    {
        _closed = true;
        foreach (var node in _nodes.Values)
        {
            lock (node)
            {
                node.BootTimer?.Dispose();
                node.BootTimer = null;
            }
        }

        _file?.Dispose();
    }

    /// <summary>Finds a machine.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The machine.</returns>
    /// <exception cref="DriverUnusableException">There is no such machine in this world.</exception>
    internal SimulatedNode Find(NodeName name) => _nodes.TryGetValue(name, out var node)
        ? node
        : throw new DriverUnusableException(FaultCodes.DriverMissing, $"node {name} is not in this simulated cluster");

    /// <summary>Writes a change down and makes it. The caller locks the machine.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="kind">What happens to it.</param>
    /// <param name="attempt">The attempt that causes it, or null.</param>
    /// <param name="data">What the kind needs.</param>
    /// <exception cref="StoreException">It could not be written down, and so did not happen.</exception>
    internal void Change(SimulatedNode node, WorldEventKind kind, AttemptId? attempt, string data = "")
    {
        var entry = new WorldEvent(kind, node.Name.Value, attempt is null ? default : AttemptKey.Of(attempt), data);
        _file?.Append(entry);
        node.Apply(entry);
    }

    /// <summary>Begins a boot. The caller locks the machine.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="kind">How: a reset, switching on, or kexec.</param>
    /// <param name="attempt">The attempt that causes it.</param>
    /// <returns>What to run when the lock is left: it tells those who wait, when the boot took no time.</returns>
    internal Action? Boot(SimulatedNode node, WorldEventKind kind, AttemptId attempt)
    {
        var kexec = kind == WorldEventKind.Kexec;
        var target = TargetOf(node, kexec, attempt.Step.MacroStep);
        var duration = Latencies.Boot(attempt, node.Fault, kexec, target == BootTarget.Deployment);
        node.BootTimer?.Dispose();
        node.BootTimer = null;
        Change(node, kind, attempt, WorldEvent.BootData(target, duration));
        return AwaitBoot(node);
    }

    /// <summary>Waits as long as an attempt takes, if it has not been waited for yet.</summary>
    /// <param name="node">The machine.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="duration">How long it takes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task, already ended when there is nothing to wait for.</returns>
    internal Task SpendAsync(SimulatedNode node, AttemptId attempt, TimeSpan duration, CancellationToken cancellationToken)
    {
        var key = AttemptKey.Of(attempt);
        lock (node)
        {
            if (node.Charged == key) duration = TimeSpan.Zero;
            node.Charged = key;
        }

        return DelayAsync(duration, cancellationToken);
    }

    /// <summary>Waits.</summary>
    /// <param name="duration">How long.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task, already ended when there is nothing to wait for.</returns>
    internal Task DelayAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        return duration <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(duration, _time, cancellationToken);
    }

    /// <summary>Waits until somebody gives up.</summary>
    /// <param name="cancellationToken">Who gives up.</param>
    /// <returns>Never.</returns>
    internal static async Task HangAsync(CancellationToken cancellationToken)
    {
        var never = new BootWaiter(default);
        using var registration = never.GiveUpOn(cancellationToken);
        await never.Task.ConfigureAwait(false);
    }

    private static BootTarget TargetOf(SimulatedNode node, bool kexec, MacroStep macroStep)
    {
        if (node.Fault.Kind == FaultKind.NeverBoots) return BootTarget.Nothing;
        if (kexec ? macroStep == MacroStep.SetDeploymentEnv : node.NetworkBoot) return BootTarget.Deployment;
        if (node.Fault.Kind == FaultKind.BootsOldSystem || !node.Has(DiskState.Touched)) return BootTarget.OldSystem;
        return node.CanBootImage ? BootTarget.NewSystem : BootTarget.Nothing;
    }

    private Action? AwaitBoot(SimulatedNode node)
    {
        if (node.Target == BootTarget.Nothing) return null;
        if (node.BootDuration <= TimeSpan.Zero) return ComeUp(node);
        var boot = node.Boots;
        node.BootTimer = _time.CreateTimer(_ => BootEnds(node, boot), null, node.BootDuration, Timeout.InfiniteTimeSpan);
        return null;
    }

    private void BootEnds(SimulatedNode node, int boot)
    {
        Action? notify;
        lock (node)
        {
            if (_closed || node.State != RunState.Booting || node.Boots != boot) return; // reset or switched off in the meantime
            node.BootTimer?.Dispose();
            node.BootTimer = null;
            try
            {
                notify = ComeUp(node);
            }
            catch (StoreException failure)
            {
                // Nobody called us: those who wait must be told, or they would wait for ever.
                BootWaiter[] waiters = [.. node.Waiters];
                node.Waiters.Clear();
                notify = () => Array.ForEach(waiters, waiter => waiter.Fail(failure));
            }
        }

        notify?.Invoke();
    }

    private Action? ComeUp(SimulatedNode node)
    {
        Change(node, WorldEventKind.Up, null);
        if (node.Waiters.Count == 0) return null;
        BootWaiter[] waiters = [.. node.Waiters];
        node.Waiters.Clear();
        var system = node.Identify()!;
        return () => Array.ForEach(waiters, waiter => waiter.Notify(node.Name, system));
    }

    private void Replay(WorldEvent entry)
    {
        if (!NodeName.TryParse(entry.Node, null, out var name) || !_nodes.TryGetValue(name, out var node))
            throw new FormatException($"node '{entry.Node}' does not belong to this operation");
        node.Apply(entry);
    }
}
