using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads the nodes of a cluster: ranges of names and addresses are written out together.</summary>
internal static class NodesReader
{
    /// <summary>Reads those of a cluster's file.</summary>
    /// <param name="section">The cluster's table; that no nodes are there is no problem: the store may have them.</param>
    /// <param name="context">The cluster.</param>
    /// <returns>The nodes in the order in which they are written.</returns>
    public static ImmutableArray<NodeEntry> Read(Section section, NodeContext context)
    {
        var entries = section.Tables("nodes");
        if (section.Has("nodes") && entries.Count == 0) section.Problem("nodes", "is empty; leave it out when the nodes are in the store");
        var nodes = ImmutableArray.CreateBuilder<NodeEntry>();
        foreach (var entry in entries)
            if (!ReadEntry(entry, context, nodes)) break;
        return nodes.ToImmutable();
    }

    /// <summary>Reads one entry.</summary>
    /// <param name="entry">Its table.</param>
    /// <param name="context">The cluster.</param>
    /// <param name="nodes">Receives the nodes.</param>
    /// <param name="several">Whether it may have several names and ranges, parted by commas or blanks.</param>
    /// <returns>Whether there is room for more.</returns>
    public static bool ReadEntry(Section entry, NodeContext context, ImmutableArray<NodeEntry>.Builder nodes, bool several = false)
    {
        var names = Ranges.Expand(entry, "name", entry.Required("name", "a name, or a range such as node-[1-10]"), several);
        if (nodes.Count + names.Length > NodeSet.MaximumCount)
        {
            entry.Problem("name", $"makes it more than {NodeSet.MaximumCount} nodes");
            return false;
        }

        Add(entry, context, names, nodes);
        entry.End();
        return true;
    }

    private static void Add(Section entry, NodeContext context, ImmutableArray<string> names, ImmutableArray<NodeEntry>.Builder nodes)
    {
        var addresses = Ranges.Addresses(entry, "address", names.Length);
        var macs = Macs(entry, names.Length);
        var controllers = Controllers(entry, names.Length, context);
        var (commands, own) = Commands(entry, context);
        var disk = entry.Table("disk") is { } rule ? PartitioningReader.Rule(rule) : null;
        var console = ConsoleReader.Read(entry, context.Partial ? null : context.Ipmi is not null);
        var (groups, tags, description) = (LabelReader.Groups(entry), LabelReader.Tags(entry), LabelReader.Description(entry));
        var place = entry.Line > 0 ? $"{entry.Source.Name}:{entry.Line}" : entry.Source.Name;
        for (var i = 0; i < names.Length; i++)
        {
            if (!NodeName.TryParse(names[i], null, out var name)) continue; // the range was refused as a whole
            var definition = new NodeDefinition
            {
                Name = name,
                Cluster = context.Cluster,
                Address = addresses.IsEmpty ? null : addresses[i],
                MacAddresses = macs.IsEmpty ? [] : macs[i],
                Controller = controllers.IsEmpty ? null : controllers[i].Recorded,
                Disk = disk,
                Console = ConsoleReader.Recorded(console),
                Commands = own,
                Groups = groups,
                Tags = tags,
                Description = description,
            };
            nodes.Add(new(NodeOf(definition), definition, place, entry.Line)
            {
                Controller = controllers.IsEmpty ? null : controllers[i].EndPoint, Commands = commands, Console = console,
            });
        }
    }

    private static Node NodeOf(NodeDefinition definition) => new()
    {
        Name = definition.Name,
        Cluster = definition.Cluster,
        Address = definition.Address,
        MacAddresses = definition.MacAddresses,
        DiskRule = definition.Disk,
        Tags = definition.Tags,
    };

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

    private static (CommandPowerOptions? Whole, NodeCommands? Own) Commands(Section entry, NodeContext context)
    {
        if (entry.Table("commands") is not { } table) return (null, null);
        var own = PowerReader.Commands(table, new(), ofNode: true);
        var whole = PowerReader.Commands(table, context.Commands ?? new(), ofNode: true);
        return (whole, new() { Reboot = Words(own.Reboot), On = Words(own.On), Off = Words(own.Off), Status = own.Status?.Words });
    }

    private static ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>> Words(ImmutableDictionary<PowerLevel, CommandTemplate> commands) =>
        commands.ToImmutableSortedDictionary(static each => each.Key, static each => each.Value.Words);

    private static ImmutableArray<(NodeController Recorded, IpmiEndpoint? EndPoint)> Controllers(Section entry, int count, NodeContext context)
    {
        if (entry.Table("bmc") is not { } bmc)
        {
            if (context is { Ipmi: not null, Partial: false } && count > 0 && !entry.Has("bmc"))
                entry.Missing("bmc", "power is switched by IPMI; name the address of each node's controller");
            return [];
        }

        if (context is { Ipmi: null, Partial: false }) bmc.Problem("is there, but the cluster has no power.ipmi");
        if (!bmc.Has("address") && !context.Partial) bmc.Missing("address", "name the address of each node's controller");
        var hosts = bmc.Text("address") is { } text ? Ranges.Hosts(bmc, "address", text, count) : [];
        if (hosts.IsEmpty && context.Partial && !bmc.Has("address")) hosts = [.. Enumerable.Repeat("", count)];
        var own = PowerReader.Controllers(bmc, context.Ipmi ?? new());
        var recorded = PowerReader.Recorded(bmc);
        bmc.End();
        if (own.User.Length == 0 && count > 0 && !context.Partial) bmc.Missing("user", "or write power.ipmi.user for all nodes");
        if (own.Password is null && !own.PasswordNamed && count > 0 && !context.Partial)
            bmc.Missing("password_file", "or write power.ipmi.password_file or password_env for all nodes");
        return [.. hosts.Select(host => (recorded with { Address = host }, own.Password is null ? null : own.Of(host)))];
    }
}
