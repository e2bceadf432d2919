using System.Collections.Immutable;
using System.Globalization;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Inventories;

/// <summary>Reads what people say of nodes with the readers of files, so that the same is allowed and the same is refused.</summary>
internal static class SettingsReader
{
    /// <summary>Reads it.</summary>
    /// <param name="names">Names and ranges, parted by commas or blanks.</param>
    /// <param name="settings">What is said.</param>
    /// <param name="context">The cluster.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="looksAtFiles">Whether files that are named have to be there.</param>
    /// <returns>The nodes, in the order in which they are written.</returns>
    public static ImmutableArray<NodeEntry> Read(string names, NodeSettings settings, NodeContext context, ConfigProblems problems, bool looksAtFiles)
    {
        var source = new SourceFileText("", Directory.GetCurrentDirectory(), problems) { LooksAtFiles = looksAtFiles };
        var entries = ImmutableArray.CreateBuilder<NodeEntry>();
        NodesReader.ReadEntry(new(source, Of(names, settings), ""), context, entries, several: true);
        return [.. entries.Select(static entry => entry with { Place = $"node {entry.Node.Name}" })];
    }

    private static YamlTable Of(string names, NodeSettings settings) => Table(
    [
        ("name", Text(names)),
        ("address", Value(settings.Address)),
        ("macs", settings.MacAddresses is { } macs ? List(macs) : null),
        ("bmc", Filled(Table(
        [
            ("address", Value(settings.ControllerAddress)), ("user", Value(settings.ControllerUser)), ("password_file", Value(settings.ControllerPasswordFile)),
            ("password_env", Value(settings.ControllerPasswordVariable)), ("port", Value(settings.ControllerPort)),
            ("cipher_suite", Value(settings.ControllerCipherSuite)),
            ("privilege", settings.ControllerPrivilege is { } privilege ? Text(Section.Snake(privilege.ToString())) : null),
        ]))),
        ("disk", Filled(Table(
        [
            ("serial", Value(settings.DiskSerial)), ("wwn", Value(settings.DiskWwn)), ("model", Value(settings.DiskModel)),
            ("size", settings.DiskSizes is { } sizes ? List(sizes) : null),
            ("smallest", settings.SmallestDisk is { } smallest ? Flag(smallest) : null),
        ]))),
        ("console", Console(settings.Console)),
        ("groups", settings.Groups is { } groups ? List(groups) : null),
        ("tags", settings.Tags is { } tags ? List(tags) : null),
        ("description", Value(settings.Description)),
    ]);

    private static YamlText? Value(string? text) => text is null ? null : Text(text);

    private static YamlText? Value(int? number) => number is { } known ? new YamlText(0, known.ToString(CultureInfo.InvariantCulture), true) : null;

    private static YamlTable? Filled(YamlTable table) => table.Entries.IsEmpty ? null : table;

    private static YamlValue? Console(string? console) => console switch
    {
        null => null,
        "sol" => Text("sol"),
        _ when console.StartsWith("file:", StringComparison.Ordinal) => Table([("file", Text(console[5..]))]),
        _ => Table([("command", Text(console))]),
    };
}
