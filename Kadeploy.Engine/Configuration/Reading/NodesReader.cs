using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>What was read of a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Line">The line of its entry.</param>
internal sealed record NodeEntry(Node Node, int Line)
{
    /// <summary>Gets the controller, with what the cluster says filled in; null when there is none.</summary>
    public IpmiEndpoint? Controller { get; init; }

    /// <summary>Gets the commands that switch this node and no other; null when there are none.</summary>
    public CommandPowerOptions? Commands { get; init; }
}

/// <summary>Reads the nodes of a cluster: ranges of names and addresses are written out together.</summary>
internal static class NodesReader
{
    /// <summary>Reads them.</summary>
    /// <param name="section">The cluster's table.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="ipmi">What the cluster says of controllers; null when it has no IPMI.</param>
    /// <param name="commands">The cluster's commands; null when it has none.</param>
    /// <returns>The nodes in the order in which they are written.</returns>
    public static ImmutableArray<NodeEntry> Read(Section section, string cluster, ControllerDefaults? ipmi, CommandPowerOptions? commands)
    {
        var entries = section.Tables("nodes");
        if (!section.Has("nodes")) section.Missing("nodes", "a cluster has at least one node");
        else if (entries.Count == 0) section.Problem("nodes", "is empty; a cluster has at least one node");
        var nodes = ImmutableArray.CreateBuilder<NodeEntry>();
        foreach (var entry in entries)
        {
            var names = Ranges.Expand(entry, "name", entry.Required("name", "a name, or a range such as node-[1-10]"));
            if (nodes.Count + names.Length > NodeSet.MaximumCount)
            {
                entry.Problem("name", $"makes it more than {NodeSet.MaximumCount} nodes");
                break;
            }

            Add(entry, cluster, names, ipmi, commands, nodes);
            entry.End();
        }

        return nodes.ToImmutable();
    }

    private static void Add(
        Section entry, string cluster, ImmutableArray<string> names, ControllerDefaults? ipmi, CommandPowerOptions? commands,
        ImmutableArray<NodeEntry>.Builder nodes)
    {
        var addresses = Ranges.Addresses(entry, "address", names.Length);
        var macs = Macs(entry, names.Length);
        var controllers = Controllers(entry, names.Length, ipmi);
        var (connected, rack) = (entry.Text("switch"), entry.Text("rack"));
        var topology = connected is null && rack is null ? null : new NodeTopology(connected, rack);
        var own = entry.Table("commands") is { } table ? PowerReader.Commands(table, commands ?? new(), ofNode: true) : null;
        for (var i = 0; i < names.Length; i++)
        {
            if (!NodeName.TryParse(names[i], null, out var name)) continue; // the range was refused as a whole
            var node = new Node
            {
                Name = name, Cluster = cluster, Address = addresses.IsEmpty ? null : addresses[i], MacAddresses = macs.IsEmpty ? [] : macs[i], Topology = topology,
            };
            nodes.Add(new(node, entry.Line) { Controller = controllers.IsEmpty ? null : controllers[i], Commands = own });
        }
    }

    private static ImmutableArray<ImmutableArray<MacAddress>> Macs(Section entry, int count)
    {
        if (entry.Value("macs") is not { } value || count == 0) return [];
        var items = value is YamlList list ? list.Items : [value];
        if (count == 1) return [[.. items.SelectMany(item => Macs(entry, item))]];
        if (items.Length == count) return [.. items.Select(item => Macs(entry, item).ToImmutableArray())];
        entry.Problem("macs", $"has {items.Length} entries for {count} nodes; each node has one, which may be a list");
        return [];
    }

    private static IEnumerable<MacAddress> Macs(Section entry, YamlValue value)
    {
        if (value is YamlList list) return list.Items.Where(static item => item is YamlText).SelectMany(item => Macs(entry, item));
        if (value is YamlText text && MacAddress.TryParse(text.Value, null, out var mac)) return [mac];
        entry.Wrong<MacAddress>("macs", value, "a hardware address, six pairs of hexadecimal digits such as 52:54:00:12:34:56,");
        return [];
    }

    private static ImmutableArray<IpmiEndpoint?> Controllers(Section entry, int count, ControllerDefaults? ipmi)
    {
        if (entry.Table("bmc") is not { } bmc)
        {
            if (ipmi is not null && count > 0) entry.Missing("bmc", "power is switched by IPMI; name the address of each node's controller");
            return [];
        }

        if (ipmi is null) bmc.Problem("is there, but the cluster has no power.ipmi");
        ipmi ??= new();
        if (!bmc.Has("address")) bmc.Missing("address", "name the address of each node's controller");
        var hosts = bmc.Text("address") is { } text ? Ranges.Hosts(bmc, "address", text, count) : [];
        var own = PowerReader.Controllers(bmc, ipmi);
        bmc.End();
        if (own.User.Length == 0 && count > 0) bmc.Missing("user", "or write power.ipmi.user for all nodes");
        if (own.Password is null && !own.PasswordNamed && count > 0)
            bmc.Missing("password_file", "or write power.ipmi.password_file or password_env for all nodes");
        return hosts.IsEmpty ? [] : [.. hosts.Select(host => own.Password is null ? null : own.Of(host))];
    }
}
