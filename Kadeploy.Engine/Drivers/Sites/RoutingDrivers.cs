using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Kadeploy.Engine.Drivers.Sites;

/// <summary>Switches each node as its cluster's are switched.</summary>
/// <param name="clusters">The clusters' own controllers.</param>
internal sealed class RoutingPowerController(ByCluster<IPowerController> clusters) : IPowerController
{
    /// <summary>Gets what all clusters can do.</summary>
    public PowerCapabilities Capabilities { get; } = Common(clusters.All);

    /// <inheritdoc/>
    public Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken) => clusters.Of(node).GetStateAsync(node, cancellationToken);

    /// <inheritdoc/>
    public Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        clusters.Of(node).SetStateAsync(node, state, level, attempt, cancellationToken);

    /// <inheritdoc/>
    public PowerCapabilities CapabilitiesOf(Node node) => clusters.Of(node).CapabilitiesOf(node);

    /// <inheritdoc/>
    public Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken) =>
        clusters.Of(node).WaitForStateAsync(node, state, cancellationToken);

    /// <inheritdoc/>
    public Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        clusters.Of(node).RebootAsync(node, level, attempt, cancellationToken);

    /// <summary>Gives the levels that several controllers have in common.</summary>
    /// <param name="controllers">The controllers; at least one.</param>
    /// <returns>The levels, softest first, or what is missing.</returns>
    internal static PowerCapabilities Common(IEnumerable<IPowerController> controllers)
    {
        var all = controllers.Select(static each => each.Capabilities).ToList();
        var missing = all.Find(static each => each.Levels.IsDefaultOrEmpty);
        return new(In(static each => each.Levels), missing?.Missing ?? "no way of rebooting is configured for all nodes")
        {
            OnLevels = In(static each => each.OnLevels),
            OffLevels = In(static each => each.OffLevels),
            TellsState = all.TrueForAll(static each => each.TellsState),
        };

        ImmutableArray<PowerLevel> In(Func<PowerCapabilities, ImmutableArray<PowerLevel>> levels) =>
            [.. Enum.GetValues<PowerLevel>().Where(level => all.TrueForAll(each => levels(each).Contains(level)))];
    }
}

/// <summary>Lets nodes of a cluster be switched by commands of their own.</summary>
/// <param name="usual">What switches the others.</param>
/// <param name="nodes">What switches these.</param>
internal sealed class PowerByNode(IPowerController usual, ImmutableDictionary<NodeName, IPowerController> nodes) : IPowerController
{
    /// <inheritdoc/>
    public PowerCapabilities Capabilities { get; } = RoutingPowerController.Common([usual, .. nodes.Values]);

    /// <inheritdoc/>
    public Task<PowerState> GetStateAsync(Node node, CancellationToken cancellationToken) => Of(node).GetStateAsync(node, cancellationToken);

    /// <inheritdoc/>
    public Task SetStateAsync(Node node, PowerState state, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        Of(node).SetStateAsync(node, state, level, attempt, cancellationToken);

    /// <inheritdoc/>
    public PowerCapabilities CapabilitiesOf(Node node) => Of(node).CapabilitiesOf(node);

    /// <inheritdoc/>
    public Task<PowerState> WaitForStateAsync(Node node, PowerState state, CancellationToken cancellationToken) =>
        Of(node).WaitForStateAsync(node, state, cancellationToken);

    /// <inheritdoc/>
    public Task RebootAsync(Node node, PowerLevel level, AttemptId attempt, CancellationToken cancellationToken) =>
        Of(node).RebootAsync(node, level, attempt, cancellationToken);

    private IPowerController Of(Node node) => nodes.GetValueOrDefault(node.Name, usual);
}

/// <summary>Lets the consoles of some nodes be read in ways of their own.</summary>
/// <param name="usual">What reads the others.</param>
/// <param name="nodes">What reads these.</param>
internal sealed class ConsoleByNode(IConsole usual, FrozenDictionary<NodeName, IConsole> nodes) : IConsole, IDisposable
{
    /// <inheritdoc/>
    public string Missing => nodes.Values.Any(static console => console.Missing.Length == 0) ? "" : usual.Missing;

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node) => nodes.GetValueOrDefault(node.Name, usual).LastLines(node);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in nodes.Values.Append(usual)) (each as IDisposable)?.Dispose();
    }
}

/// <summary>Prepares each node's boot as its cluster's are prepared.</summary>
/// <param name="clusters">The clusters' own drivers.</param>
internal sealed class RoutingNetBoot(ByCluster<INetBoot> clusters) : INetBoot
{
    /// <inheritdoc/>
    public string Missing => clusters.Missing(static each => each.Missing);

    /// <inheritdoc/>
    public Task PrepareAsync(Node node, BootEntry entry, AttemptId attempt, CancellationToken cancellationToken) =>
        clusters.Of(node).PrepareAsync(node, entry, attempt, cancellationToken);

    /// <inheritdoc/>
    public Task<NetworkBootFiles> DescribeDeploymentAsync(Node node, AttemptId attempt, CancellationToken cancellationToken) =>
        clusters.Of(node).DescribeDeploymentAsync(node, attempt, cancellationToken);
}

/// <summary>Talks to each node as its cluster's are talked to.</summary>
/// <param name="clusters">The clusters' own channels.</param>
internal sealed class RoutingChannel(ByCluster<INodeChannel> clusters) : INodeChannel
{
    /// <inheritdoc/>
    public string Missing => clusters.Missing(static each => each.Missing);

    /// <inheritdoc/>
    public Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken) =>
        clusters.Of(node).WaitForAsync(node, expected, previousBootId, cancellationToken);

    /// <inheritdoc/>
    public Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken) =>
        clusters.Of(node).WaitForAnySystemAsync(node, previousBootId, cancellationToken);

    /// <inheritdoc/>
    public Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken) => clusters.Of(node).IdentifyAsync(node, cancellationToken);

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken) =>
        clusters.Of(node).RunAsync(node, command, cancellationToken);

    /// <inheritdoc/>
    public Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken) => clusters.Of(node).SendFileAsync(node, file, cancellationToken);
}

/// <summary>Reads each node's console as its cluster's are read.</summary>
/// <param name="clusters">The clusters' own consoles.</param>
internal sealed class RoutingConsole(ByCluster<IConsole> clusters) : IConsole, IDisposable
{
    /// <inheritdoc/>
    public string Missing => clusters.Missing(static each => each.Missing);

    /// <inheritdoc/>
    public ImmutableArray<string> LastLines(Node node) => clusters.Of(node).LastLines(node);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var each in clusters.All) (each as IDisposable)?.Dispose();
    }
}
