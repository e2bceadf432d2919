using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>What <c>server.conf</c> says that has a place here.</summary>
internal sealed record OldServer
{
    /// <summary>Gets the name by which clients reach the server; null when it is not said.</summary>
    public string? HostName { get; init; }

    /// <summary>Gets the administrators.</summary>
    public ImmutableArray<string> Administrators { get; init; } = ["root"];

    /// <summary>Gets the private key of the deployments; null when there is none.</summary>
    public string? SshKey { get; init; }

    /// <summary>Gets the port of ssh on nodes; null for the usual one.</summary>
    public int? SshPort { get; init; }

    /// <summary>Gets the words of the site's ssh command; null for the usual one.</summary>
    public ImmutableArray<string>? Connector { get; init; }

    /// <summary>Gets the options of mkfs by type; null for none.</summary>
    public YamlTable? FormatOptions { get; init; }

    /// <summary>Gets the boot programs.</summary>
    public OldBoot? Boot { get; init; }

    /// <summary>Gets how nodes are moved between networks; null when they are not.</summary>
    public YamlTable? Vlan { get; init; }

    /// <summary>Reads the file.</summary>
    /// <param name="file">Its table.</param>
    /// <param name="folder">The folder of the configuration.</param>
    /// <param name="ledger">The account.</param>
    /// <returns>What it says.</returns>
    public static OldServer Read(OldTable file, string folder, ImportLedger ledger)
    {
        ServerKeys.Leave(file, ledger);
        var server = new OldServer
        {
            Administrators = Almighty(file.Table("rights")),
            SshKey = file.File("ssh_private_key", "ssh.identity_file") ?? Usual(file, folder, ledger),
            Boot = file.Table("pxe") is { } pxe ? OldBoot.Read(pxe) : null,
        };
        if (!file.Section.Has("pxe")) file.Section.Missing("pxe", "it says what nodes boot over the network");
        server = Network(file.Table("network"), server, ledger);
        server = External(file.Table("external"), server);
        file.End("rights", "network", "external", "pxe");
        return server;
    }

    private static ImmutableArray<string> Almighty(OldTable? rights)
    {
        if (rights is null) return ["root"];
        var names = rights.Text("almighty_users", "server.administrators");
        rights.End("kind", "purge_deployment_timer");
        return names is null ? ["root"] : [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }

    private static string? Usual(OldTable file, string folder, ImportLedger ledger)
    {
        var usual = Path.Combine(folder, "keys", "id_deploy");
        if (file.Section.Has("ssh_private_key") || !File.Exists(usual)) return null;
        ledger.Warn($"{file.Section.Source.Name} names no ssh_private_key; the usual one, {usual}, was taken over as ssh.identity_file");
        return usual;
    }

    private static OldServer Network(OldTable? network, OldServer server, ImportLedger ledger)
    {
        if (network is null) return server;
        server = server with { HostName = network.Text("server_hostname", "server.address") };
        if (network.Table("vlan") is { } vlan)
        {
            var suffix = vlan.Text("hostname_suffix", "server.vlan.hostname_suffix");
            // Without a command nodes were not moved there, either.
            var command = vlan.Section.Text("set_cmd") is { Length: > 0 } ? vlan.Section.Command("set_cmd")?.Words : null;
            vlan.Took("set_cmd", "server.vlan.set_cmd");
            vlan.End();
            if (command is not null) server = server with { Vlan = Table([("set_cmd", List(command)), ("hostname_suffix", suffix is { Length: > 0 } ? Text(suffix) : null)]) };
        }

        if (network.Table("ports") is { } ports)
        {
            if (ports.Section.Integer("ssh", 1, 65535) is { } port)
            {
                ports.Took("ssh", "ssh.port");
                server = server with { SshPort = port };
            }

            ports.Leave("kadeploy_server", "there is no REST server yet; server.agents and server.images have ports of their own");
            ports.Leave("test_deploy_env", "the deployment environment proves what it is by its token");
            ports.End();
        }

        network.End("vlan", "ports");
        return server;
    }

    private static OldServer External(OldTable? external, OldServer server)
    {
        if (external is null) return server;
        if (external.Section.Text("default_connector") is { Length: > 0 })
        {
            external.Took("default_connector", "power.commands.connector");
            server = server with { Connector = external.Section.Command("default_connector")?.Words };
        }

        var options = new List<(string, YamlValue?)>();
        foreach (var entry in external.Tables("mkfs"))
        {
            var (type, words) = (entry.Text("fstype", "partitioning.mkfs"), entry.Section.Words("args"));
            entry.Took("args", "partitioning.mkfs");
            if (type is null || words is null) entry.Section.Problem("has to have fstype and args");
            else options.Add((type, List(words)));
            entry.End();
        }

        external.End("mkfs");
        return options.Count == 0 ? server : server with { FormatOptions = YamlWriter.Table(options) };
    }
}
