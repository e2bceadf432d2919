namespace Kadeploy.Lab.Configuration;

/// <summary>The lab's network inside its own namespace, as batches of <c>ip</c> (ip(8), option -batch).</summary>
internal static class NetworkPlan
{
    /// <summary>The bridge that nodes are on.</summary>
    public const string Bridge = "br0";

    private const string BmcBridge = "bmc0";
    private const string BridgeMac = "52:54:00:77:ff:fe"; // no node's

    /// <summary>Gives what is made before anything starts: the bridge of the nodes, the addresses of the BMCs, and a tap for each machine.</summary>
    /// <param name="options">The lab.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Setup(LabOptions options)
    {
        string[] bridges =
        [
            "link set lo up",
            // With an address of its own: otherwise a bridge takes the lowest of its ports' addresses, a new one whenever nodes come and go, and whoever
            // knows the old one speaks to nobody for a minute.
            $"link add {Bridge} address {BridgeMac} type bridge forward_delay 0 stp_state 0 mcast_snooping 0",
            $"addr add {LabNode.ServerAddress}/16 dev {Bridge}",
            $"addr add fd77::1/64 dev {Bridge} nodad",
            $"link set {Bridge} up",
            $"link add {BmcBridge} type bridge",
            $"addr add {LabNode.BmcServerAddress}/16 dev {BmcBridge}",
            $"link set {BmcBridge} up",
        ];
        var nodes = LabNode.First(options.Nodes).SelectMany(node => options.Kind == NodeKind.Vm
            ? new[] { BmcAddress(node), $"tuntap add dev {Tap(node)} mode tap", $"link set {Tap(node)} master {Bridge} up" }
            : [BmcAddress(node)]);
        return bridges.Concat(nodes);
    }

    /// <summary>Gives a machine's interface on this side.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The name.</returns>
    public static string Tap(LabNode node) => $"tap{node.Number}";

    /// <summary>Gives what plugs a namespace node in.</summary>
    /// <param name="node">The node.</param>
    /// <param name="start">The number of its start: the interface of the last one may still be about to vanish.</param>
    /// <param name="process">A process in its namespace.</param>
    /// <returns>The lines.</returns>
    public static IEnumerable<string> Plug(LabNode node, int start, int process) =>
    [
        $"link add {Plugged(node, start)} type veth peer name eth0 address {node.Mac} netns {process}",
        $"link set {Plugged(node, start)} master {Bridge} up",
    ];

    /// <summary>Gives the arguments of <c>ip</c> that cut a namespace node off.</summary>
    /// <param name="node">The node.</param>
    /// <param name="start">The number of its start.</param>
    /// <returns>The arguments.</returns>
    public static IReadOnlyList<string> Unplug(LabNode node, int start) => ["link", "set", "dev", Plugged(node, start), "down"];

    private static string Plugged(LabNode node, int start) => $"n{node.Number}.{start % 10000}";

    private static string BmcAddress(LabNode node) => $"addr add {node.BmcAddress}/16 dev {BmcBridge}";
}
