using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>What was read of a node.</summary>
/// <param name="Node">The node as plans know it.</param>
/// <param name="Definition">What is recorded of it.</param>
/// <param name="Place">Where it is defined, for messages: a file with its line, or the store.</param>
/// <param name="Line">The line of its entry; 0 where there are no lines.</param>
internal sealed record NodeEntry(Node Node, NodeDefinition Definition, string Place, int Line)
{
    /// <summary>Gets the controller, with what the cluster says filled in; null when there is none.</summary>
    public IpmiEndpoint? Controller { get; init; }

    /// <summary>Gets the commands that switch this node and no other, with those of the cluster filled in; null when there are none.</summary>
    public CommandPowerOptions? Commands { get; init; }

    /// <summary>Gets how its console is followed; null for the cluster's own way.</summary>
    public ConsoleSettings? Console { get; init; }

    /// <summary>Lists what no other node may have, in words: its name, its addresses, its controller.</summary>
    /// <returns>For example <c>hardware address 52:54:00:12:34:56</c>.</returns>
    public IEnumerable<string> Claims()
    {
        yield return $"node {Node.Name}";
        if (Node.Address is { } address) yield return $"address {address}";
        foreach (var mac in Node.MacAddresses) yield return $"hardware address {mac}";
        if (Controller is { } controller) yield return $"controller {controller.Address.ToLowerInvariant()} port {controller.Port}";
    }
}

/// <summary>What a cluster says that its nodes are read with.</summary>
/// <param name="Cluster">The cluster's name.</param>
internal sealed record NodeContext(string Cluster)
{
    /// <summary>Gets how controllers are reached; null when the cluster has no IPMI.</summary>
    public ControllerDefaults? Ipmi { get; init; }

    /// <summary>Gets how ipmitool is used; null with <see cref="Ipmi"/>.</summary>
    public IpmiOptions? IpmiOptions { get; init; }

    /// <summary>Gets the cluster's commands; null when it has none.</summary>
    public CommandPowerOptions? Commands { get; init; }

    /// <summary>Gets a value indicating whether only what is said is read: nothing has to be there, and nothing has to fit the cluster.</summary>
    public bool Partial { get; init; }
}
