using System.Collections.Immutable;
using System.Net;
using Kadeploy.Engine.BootServices;
using Kadeploy.Engine.Drivers.Vlans;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads what concerns this machine.</summary>
internal static class ServerReader
{
    private static readonly IPAddress AnyAddress = IPAddress.Any;

    /// <summary>Reads it.</summary>
    /// <param name="section">The table <c>server</c>.</param>
    /// <returns>The settings.</returns>
    public static ServerSettings Read(Section section)
    {
        var settings = new ServerSettings { Address = Host(section, "address") };
        var groups = Groups(section);
        settings = settings with
        {
            Agents = EndPoint(section, "agents") ?? settings.Agents,
            Images = EndPoint(section, "images") ?? settings.Images,
            Administrators = Administrators(section, groups),
            Groups = groups,
            Rights = section.Name<RightsMode>("rights") ?? settings.Rights,
            Limits = section.Table("limits") is { } limits ? Limits(limits) : settings.Limits,
            AgentFile = section.ExistingFile("agent_file"),
            Files = section.Table("files") is { } files ? FilesReader.Read(files) : settings.Files,
            Tftp = section.Table("tftp") is { } tftp ? Tftp(tftp) : null,
            Http = section.Table("http") is { } http ? Http(http) : null,
            Vlan = section.Table("vlan") is { } vlan ? Vlan(vlan) : null,
        };
        if (settings.Agents.Port == settings.Images.Port)
            section.Problem("images", $"and agents are both port {settings.Agents.Port}; each needs its own");
        section.End();
        return settings;
    }

    private static VlanSettings? Vlan(Section section)
    {
        if (!section.Has("set_cmd")) section.Missing("set_cmd", "write the command that moves nodes, with NODES, VLAN_ID and USER in it");
        var command = section.Command("set_cmd");
        var suffix = section.Text("hostname_suffix") ?? "";
        if (command is not null && !command.Words.Contains(VlanSettings.Nodes))
            section.Problem("set_cmd", "does not have the word NODES, which stands for the nodes");
        if (!suffix.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            section.Problem("hostname_suffix", $"is '{Quoted.Text(suffix)}'; write letters, digits, '-' and '_', and VLAN_ID for the network");
        section.End();
        return command is null ? null : new(command) { HostnameSuffix = suffix };
    }

    private static string Host(Section section, string key)
    {
        var host = section.Required(key, "write the address or name by which nodes reach this machine");
        if (host.Length > 0 && Uri.CheckHostName(host) == UriHostNameType.Unknown)
            section.Problem(key, $"is '{Quoted.Text(host)}', which is neither an address nor a host name");
        return host;
    }

    private static ImmutableDictionary<string, ImmutableArray<string>> Groups(Section section)
    {
        var groups = ImmutableDictionary.CreateBuilder<string, ImmutableArray<string>>();
        if (section.Table("groups") is not { } table) return groups.ToImmutable();
        foreach (var name in table.AcceptAll())
        {
            if (!Principal.TryParse('@' + name, null, out var group)) table.Problem(name, "is no name of a group: it is empty, too long, or has characters that names do not have");
            else groups[group.Name] = Users(table, name, static (section, key, text) =>
                section.Problem(key, $"holds '{Quoted.Text(text)}'; members are users, and a group is no member of another"));
        }

        return groups.ToImmutable();
    }

    private static ImmutableArray<string>? Administrators(Section section, ImmutableDictionary<string, ImmutableArray<string>> groups)
    {
        if (!section.Has("administrators")) return null;
        var members = new List<string>();
        var users = Users(section, "administrators", (_, key, text) =>
        {
            if (groups.TryGetValue(Principal.Parse(text).Name, out var group)) members.AddRange(group);
            else section.Problem(key, $"holds '{Quoted.Text(text)}', but server.groups has no such group");
        });
        return [.. users.Concat(members).Distinct()];
    }

    /// <summary>Reads names of users, and hands on those of groups.</summary>
    private static ImmutableArray<string> Users(Section section, string key, Action<Section, string, string> group)
    {
        var users = ImmutableArray.CreateBuilder<string>();
        foreach (var text in section.Texts(key) ?? [])
        {
            if (string.IsNullOrWhiteSpace(text)) section.Problem(key, "holds an empty name");
            else if (!Principal.TryParse(text, null, out var principal)) section.Problem(key, $"holds '{Quoted.Text(text)}', which is no name of a user");
            else if (principal.IsGroup) group(section, key, text);
            else users.Add(principal.Value);
        }

        return [.. users.Distinct()];
    }

    private static IPEndPoint? EndPoint(Section section, string key)
    {
        if (section.Text(key) is not { } text) return null;
        if (int.TryParse(text, out var port) && port is >= 1 and <= 65535) return new(AnyAddress, port);
        if (text.Contains(':') && IPEndPoint.TryParse(text, out var point) && point.Port > 0) return point;
        section.Problem(key, $"is '{Quoted.Text(text)}'; write a port from 1 to 65535, or an address and a port, such as 10.0.0.1:25300 or [fd00::1]:25300");
        return null;
    }

    private static ResourceLimits Limits(Section section)
    {
        var limits = new ResourceLimits();
        limits = limits with
        {
            Boots = section.Integer("boots", 1, 100_000) ?? limits.Boots,
            BmcCalls = section.Integer("bmc_calls", 1, 10_000) ?? limits.BmcCalls,
            Broadcasts = section.Integer("broadcasts", 1, 1000) ?? limits.Broadcasts,
        };
        section.End();
        return limits;
    }

    private static TftpOptions Tftp(Section section)
    {
        var options = new TftpOptions { Root = Root(section) };
        options = options with
        {
            Addresses = Addresses(section),
            Port = section.Integer("port", 1, 65535) ?? options.Port,
            LargestBlock = section.Integer("largest_block", 512, 65464) ?? options.LargestBlock,
            LargestWindow = section.Integer("largest_window", 1, 65535) ?? options.LargestWindow,
            Timeout = section.Seconds("timeout", 0.1, 255) ?? options.Timeout,
            Tries = section.Integer("tries", 1, 100) ?? options.Tries,
            TransferLimit = section.Seconds("transfer_limit", 1, 86400) ?? options.TransferLimit,
            MostTransfers = section.Integer("most_transfers", 1, 100_000) ?? options.MostTransfers,
        };
        section.End();
        return options;
    }

    private static BootFileOptions Http(Section section)
    {
        var options = new BootFileOptions { Root = Root(section) };
        options = options with
        {
            Addresses = Addresses(section),
            Port = section.Integer("port", 1, 65535) ?? options.Port,
            RequestLimit = section.Seconds("request_limit", 1, 3600) ?? options.RequestLimit,
            StallLimit = section.Seconds("stall_limit", 1, 3600) ?? options.StallLimit,
            MostConnections = section.Integer("most_connections", 1, 100_000) ?? options.MostConnections,
        };
        section.End();
        return options;
    }

    private static string Root(Section section)
    {
        if (!section.Has("root")) section.Missing("root", "name the folder that is served");
        return section.ExistingFolder("root") ?? "";
    }

    private static ImmutableArray<IPAddress> Addresses(Section section)
    {
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var text in section.Texts("addresses") ?? [])
        {
            if (IPAddress.TryParse(text, out var address)) addresses.Add(address);
            else section.Problem("addresses", $"holds '{Quoted.Text(text)}', which is no address");
        }

        return addresses.ToImmutable();
    }
}
