using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Reading;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Planning;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>Remote operations: commands of clusters, and of single nodes in <c>command.conf</c>.</summary>
internal static class OldCommands
{
    private const string Groups = "a command for a group of nodes at once has no place here; give each node its own";

    private static readonly string[] Levels = ["soft", "hard", "very_hard"];

    private static readonly (string Old, string New)[] Operations = [("reboot", "reboot"), ("power_on", "on"), ("power_off", "off")];

    /// <summary>Reads a cluster's.</summary>
    /// <param name="table">The table <c>remoteops</c>.</param>
    /// <param name="connector">The words of the site's ssh command; null for the usual ones.</param>
    /// <param name="ledger">The account.</param>
    /// <returns>What goes to <c>power</c> and to <c>console</c>; null where there is nothing.</returns>
    public static (YamlTable? Power, YamlTable? Console) Read(OldTable table, ImmutableArray<string>? connector, ImportLedger ledger)
    {
        var names = table.Section.Texts("level_name") is { Length: > 0 } given ? given : [.. Levels];
        table.Took("level_name", "power.commands", "the levels are called soft, hard and very_hard");
        var commands = Operations.Select(operation => (operation.New, Level: Read(table, operation.Old, operation.New, names, ledger))).ToList();
        var status = Read(table, "power_status", "status", names, ledger).Values.FirstOrDefault();
        var console = Read(table, "console", "", names, ledger).Values.FirstOrDefault();
        table.End([.. Operations.Select(static operation => operation.Old), "power_status", "console"]);
        var any = status is not null || commands.Any(static each => each.Level.Count > 0);
        if (commands[0].Level.Count == 0) ledger.Warn($"{table.Section.Source.Name} has no command that reboots nodes: deployments need one, or power.ipmi");
        var power = YamlWriter.Table(
        [
            .. commands.Select(static each => (each.New, each.Level.Count == 0 ? null : (YamlValue)YamlWriter.Table(each.Level.Select(static level => (level.Key, (YamlValue?)List(level.Value)))))),
            ("status", status is null ? null : List(status)),
            ("connector", connector is { } words ? List(words) : null),
        ]);
        return (any ? YamlWriter.Table([("commands", power)]) : null, console is null ? null : YamlWriter.Table([("command", List(console))]));
    }

    /// <summary>Reads <c>command.conf</c>.</summary>
    /// <param name="file">The file's table.</param>
    /// <param name="known">The nodes that there are.</param>
    /// <param name="ledger">The account.</param>
    /// <returns>What goes to <c>commands</c> and to <c>console</c> of each node.</returns>
    public static Dictionary<string, (YamlTable? Commands, YamlTable? Console)> ReadNodes(OldTable file, IReadOnlyCollection<string> known, ImportLedger ledger)
    {
        var nodes = new Dictionary<string, (YamlTable?, YamlTable?)>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in file.Section.AcceptAll())
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase)) file.Section.Problem(name, $"is no node{NearestName.Suggestion(name, known)}");
            // Keys are the same for all nodes in the account.
            if (file.Section.Table(name) is { } section) nodes[name] = ReadNode(new(section, "NODE/", ledger), ledger);
        }

        return nodes;
    }

    private static (YamlTable? Commands, YamlTable? Console) ReadNode(OldTable table, ImportLedger ledger)
    {
        var kinds = Operations.SelectMany(static operation => Levels.Select(level => (Old: $"{operation.Old}_{level}", operation.New, Level: level))).ToList();
        var commands = new List<(string New, string Level, ImmutableArray<string> Words)>();
        foreach (var (old, operation, level) in kinds)
        {
            if (!table.Section.Has(old)) continue;
            table.Took(old, $"nodes.commands.{operation}.{level}");
            if (Command(table.Section, old, ledger) is { } words) commands.Add((operation, level, words));
        }

        var status = table.Section.Has("power_status") ? Command(table.Section, "power_status", ledger) : null;
        var console = table.Section.Has("console") ? Command(table.Section, "console", ledger) : null;
        table.Took("power_status", "nodes.commands.status");
        table.Took("console", "nodes.console.command");
        foreach (var entry in table.Section.Unread())
            table.Section.Problem(entry.Key, $"is no kind of command{NearestName.SuggestionOrList(entry.Key, Kinds(), Kinds())}");
        var own = YamlWriter.Table(
        [
            .. commands.GroupBy(static command => command.New).Select(static group => (group.Key, (YamlValue?)YamlWriter.Table(group.Select(static each => (each.Level, (YamlValue?)List(each.Words)))))),
            ("status", status is { } asked ? List(asked) : null),
        ]);
        return (own.Entries.IsEmpty ? null : own, console is { } shown ? YamlWriter.Table([("command", List(shown))]) : null);

        IEnumerable<string> Kinds() => [.. kinds.Select(static kind => kind.Old), "power_status", "console"];
    }

    private static Dictionary<string, string[]> Read(OldTable table, string key, string target, ImmutableArray<string> names, ImportLedger ledger)
    {
        var commands = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var items = table.Section.Value(key) switch { null => [], YamlList list => list.Items, var single => [single] };
        foreach (var (index, item) in items.Index())
        {
            if (item is YamlText text)
            {
                // By its place, without a name.
                table.Took(key, Target(target, index));
                if (text.Value.Length > 0 && index < Levels.Length && Parse(table.Section.Source, text, ledger) is { } words) commands[Levels[index]] = [.. words];
                continue;
            }

            if (item is not YamlTable inner) continue;
            var entry = new OldTable(new(table.Section.Source, inner, $"remoteops.{key}"), $"remoteops/{key}/", ledger);
            var level = entry.Section.Text("name") is { } name ? names.IndexOf(name) : index;
            if (level is < 0 or > 2)
            {
                entry.Section.Problem("name", $"is '{Quoted.Text(entry.Section.Text("name") ?? "")}'; the levels are {string.Join(", ", names)}");
                continue;
            }

            var command = entry.Section.Text("cmd") ?? "";
            if (entry.Leave("group", Groups) || command.Contains("GROUP_FQDN", StringComparison.Ordinal) || command.Contains("GROUP_SHORT", StringComparison.Ordinal))
            {
                entry.Leave("name", Groups);
                entry.Leave("cmd", Groups);
                ledger.Warn($"{table.Section.Source.Name}: {key} {Levels[level]} is for groups of nodes and was left out; {Groups}");
            }
            else if (command.Length > 0)
            {
                entry.Took("name", Target(target, level));
                entry.Took("cmd", Target(target, level));
                if (Command(entry.Section, "cmd", ledger) is { } words) commands[Levels[level]] = [.. words];
            }

            entry.End("name", "cmd", "group");
        }

        if (items.IsEmpty) table.Took(key, Target(target, 0));
        return commands;
    }

    private static string Target(string operation, int level) => operation switch
    {
        "" => "console.command",
        "status" => "power.commands.status",
        _ => $"power.commands.{operation}.{Levels[Math.Clamp(level, 0, 2)]}",
    };

    private static ImmutableArray<string>? Command(Section section, string key, ImportLedger ledger)
    {
        var words = section.Command(key)?.Words;
        if (words is { } given) WarnOfPassword(given, section.Source.Name, ledger);
        return words;
    }

    private static ImmutableArray<string>? Parse(SourceFileText source, YamlText text, ImportLedger ledger)
    {
        try
        {
            var words = CommandTemplate.Parse(text.Value).Words;
            WarnOfPassword(words, source.Name, ledger);
            return words;
        }
        catch (ConfigurationException wrong)
        {
            source.Problem(text.Line, wrong.Message);
            return null;
        }
    }

    private static void WarnOfPassword(ImmutableArray<string> words, string file, ImportLedger ledger)
    {
        if (words.Any(static word => word is "-P" or "-p" || word.StartsWith("--password", StringComparison.Ordinal)))
            ledger.Warn($"{file} has a command with what looks like a password, which everybody on this machine sees while it runs; power.ipmi with password_file keeps it hidden");
    }
}
