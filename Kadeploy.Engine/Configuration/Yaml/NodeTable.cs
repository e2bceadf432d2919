using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Yaml;

/// <summary>Writes what is recorded of nodes as entries of <c>nodes</c>, as files have them.</summary>
internal static class NodeTable
{
    /// <summary>Gives a node's entry.</summary>
    /// <param name="node">The node.</param>
    /// <param name="withCluster">Whether it names the cluster, as lists of nodes do and clusters' files do not.</param>
    /// <returns>The table.</returns>
    public static YamlTable Of(NodeDefinition node, bool withCluster) => Table(
    [
        ("name", Text(node.Name.Value)),
        ("cluster", withCluster ? Text(node.Cluster) : null),
        ("address", node.Address is { } address ? Text(address.ToString()) : null),
        ("macs", node.MacAddresses.IsEmpty ? null : List(node.MacAddresses.Select(static mac => mac.ToString()))),
        ("bmc", node.Controller is { } controller ? Controller(controller) : null),
        ("disk", node.Disk is { } disk ? Disk(disk) : null),
        ("console", Console(node.Console)),
        ("commands", node.Commands is { } commands ? Commands(commands) : null),
        ("groups", node.Groups.IsEmpty ? null : List(node.Groups)),
        ("tags", node.Tags.IsEmpty ? null : List(node.Tags)),
        ("description", node.Description.Length == 0 ? null : Text(node.Description)),
    ]);

    private static YamlTable Controller(NodeController controller) => Table(
    [
        ("address", Text(controller.Address)),
        ("user", controller.User is { } user ? Text(user) : null),
        ("password_file", controller.PasswordFile is { } file ? Text(file) : null),
        ("password_env", controller.PasswordVariable is { } variable ? Text(variable) : null),
        ("port", controller.Port is { } port ? Number(port) : null),
        ("cipher_suite", controller.CipherSuite is { } suite ? Number(suite) : null),
        ("privilege", controller.Privilege is { } privilege ? Text(Section.Snake(privilege.ToString())) : null),
    ]);

    private static YamlTable Disk(DiskRule disk)
    {
        var sizes = new List<string>();
        if (disk.AtLeast is { } least) sizes.Add($">= {Sizes.Format(least)}");
        if (disk.AtMost is { } most) sizes.Add($"<= {Sizes.Format(most)}");
        return Table(
        [
            ("serial", disk.Serial is { } serial ? Text(serial) : null),
            ("wwn", disk.Wwn is { } wwn ? Text(wwn) : null),
            ("model", disk.Model is { } model ? Text(model) : null),
            ("size", sizes.Count == 0 ? null : List(sizes)),
            ("smallest", disk.Smallest ? Flag(true) : null),
        ]);
    }

    private static YamlValue? Console(NodeConsole? console) => console switch
    {
        NodeConsole.SerialOverLan => Text("sol"),
        NodeConsole.LogFile file => Table([("file", Text(file.Path))]),
        NodeConsole.Command command => Table([("command", List(command.Words))]),
        _ => null,
    };

    private static YamlTable Commands(NodeCommands commands) => Table(
    [
        ("reboot", Levels(commands.Reboot)), ("on", Levels(commands.On)), ("off", Levels(commands.Off)),
        ("status", commands.Status is { } status ? List(status) : null),
    ]);

    private static YamlTable? Levels(ImmutableSortedDictionary<PowerLevel, ImmutableArray<string>> levels) => levels.IsEmpty
        ? null
        : Table(levels.Select(static level => (Section.Snake(level.Key.ToString()), (YamlValue?)List(level.Value))));
}
